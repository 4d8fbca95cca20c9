/**
 * Every decomposition x arithmetic x bits x group size on the device: odd shapes, empty rows, full rows, skewed
 * densities, canaries round every buffer, float64 reference. One kernel of each decomposition and arithmetic also
 * under compute-sanitizer, where it is installed.
 */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { CompilePool } from '../../autotune/compile/pool.js';
import { verifyCandidate } from '../../autotune/measure/verify.js';
import { ProblemData } from '../../autotune/measure/problem-data.js';
import { type CompileTask } from '../../autotune/compile/task.js';
import { variantName } from '../../generator/index.js';
import { openDevice, randomGqsMatrix } from '../../runtime/index.js';
import { commandWorks, runCommand } from '../support/run-command.js';
import { findGpu } from './gpu.js';
import { sweep, type SweepKernel } from './sweep.js';

const found = findGpu();
if ('absent' in found) {
  test('no GPU: the sweep over all kernels is skipped, and still names kernels to test', (t) => {
    t.log(`skipped: ${found.absent}`);
    t.true(sweep(90).length > 300);
  });
} else {
  const kernels = sweep(found.target.computeCapability);
  const arch = `sm_${found.target.computeCapability}`;

  test.serial(`${kernels.length} kernels are right on the device`, async (t) => {
    t.timeout(600_000);
    const pool = new CompilePool();
    const device = openDevice(found.id);
    t.teardown(() => {
      device.close();
      return pool.close();
    });
    const tasks = kernels.map(({ traits, variant }): CompileTask => ({ traits, variant, arch }));
    const compiled = await pool.compile(tasks);
    const worst = new Map<string, number>();
    for (const [index, result] of compiled.entries()) {
      const kernel = kernels[index]!;
      const name = describe(kernel);
      if (result.kind !== 'compiled') {
        t.fail(`${name}: ${'message' in result ? result.message : result.kind}`);
        continue;
      }
      const verdict = await verifyCandidate(device, result, dataFor(kernel, index), index, () =>
        Promise.resolve(),
      );
      t.true(verdict.ok, `${name}: ${verdict.ok ? '' : verdict.message}`);
      if (verdict.ok) {
        const key = `${kernel.traits.activation} ${'math' in kernel.variant ? kernel.variant.math : kernel.variant.decomposition}`;
        worst.set(key, Math.max(worst.get(key) ?? 0, verdict.relativeError));
      }
    }
    for (const [key, error] of worst) t.log(`${key}: largest relative error ${error.toExponential(2)}`);
  });

  for (const tool of ['memcheck', 'racecheck', 'synccheck']) {
    test.serial(`compute-sanitizer ${tool} finds nothing in a kernel of each kind`, async (t) => {
      t.timeout(600_000);
      if (!(await commandWorks('compute-sanitizer', ['--version']))) {
        t.log('skipped: compute-sanitizer is not installed');
        t.false(await commandWorks('compute-sanitizer', ['--version']));
        return;
      }
      const program = fileURLToPath(new URL('run-sample.js', import.meta.url));
      const args = [
        '--tool',
        tool,
        '--report-api-errors',
        'no',
        '--error-exitcode',
        '9',
        process.execPath,
        program,
      ];
      const { status, stdout, stderr } = await runCommand('compute-sanitizer', args, { timeoutMs: 580_000 });
      const output = stdout + stderr;
      t.is(status, 0, output.slice(-4000));
      t.regex(output, /0 errors|0 hazards/);
      t.regex(output, /\d+ kernels verified/);
    });
  }
}

function dataFor({ traits }: SweepKernel, seed: number): ProblemData {
  const { bits, groupSize, groupsPerScale } = traits;
  const shape = { n: 1031, k: 2048, density: 0.5, seed, rows: 'skewed' } as const;
  const matrix = randomGqsMatrix({ ...shape, bits, groupSize, groupsPerScale });
  return new ProblemData(traits, matrix, seed);
}

function describe({ traits, variant }: SweepKernel): string {
  return `${variantName(variant)} W${traits.bits}G${traits.groupSize} m${traits.m} ${traits.activation}`;
}
