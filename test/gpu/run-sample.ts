/** Verifies one kernel of each decomposition and arithmetic: what compute-sanitizer is run on. */
import { CompilePool } from '../../autotune/compile/pool.js';
import { ProblemData } from '../../autotune/measure/problem-data.js';
import { verifyCandidate } from '../../autotune/measure/verify.js';
import { openDevice, randomGqsMatrix } from '../../runtime/index.js';
import { findGpu } from './gpu.js';
import { sweep, type SweepKernel } from './sweep.js';

function onePerKind(kernels: readonly SweepKernel[]): SweepKernel[] {
  const kinds = new Map<string, SweepKernel>();
  for (const kernel of kernels) {
    const { variant, traits } = kernel;
    const team = variant.decomposition === 'row_split' ? variant.warpsPerTeam : 0;
    const fixup = variant.decomposition === 'task_centric' ? variant.fixup : '';
    const math = 'math' in variant ? variant.math : '';
    const kind = [variant.decomposition, team, fixup, math];
    const key = [...kind, traits.activation, traits.groupsPerScale].join('/');
    if (!kinds.has(key) || (traits.bits === 4 && traits.groupSize === 16)) kinds.set(key, kernel);
  }
  return [...kinds.values()];
}

const gpu = findGpu();
if ('absent' in gpu) throw new Error(gpu.absent);
const pool = new CompilePool();
const device = openDevice(gpu.id);
const kernels = onePerKind(sweep(gpu.target.computeCapability));
const arch = `sm_${gpu.target.computeCapability}`;
const compiled = await pool.compile(kernels.map(({ traits, variant }) => ({ traits, variant, arch })));
for (const [index, result] of compiled.entries()) {
  if (result.kind !== 'compiled') throw new Error('message' in result ? result.message : result.kind);
  const { bits, groupSize, groupsPerScale } = result.manifest.traits;
  const matrix = randomGqsMatrix({
    n: 131,
    k: 512,
    bits,
    groupSize,
    groupsPerScale,
    density: 0.5,
    seed: index,
    rows: 'skewed',
  });
  const data = new ProblemData(result.manifest.traits, matrix, index);
  const verdict = await verifyCandidate(device, result, data, index, () => Promise.resolve());
  if (!verdict.ok) throw new Error(`${result.manifest.name}: ${verdict.message}`);
}
device.close();
await pool.close();
process.stdout.write(`${kernels.length} kernels verified\n`);
