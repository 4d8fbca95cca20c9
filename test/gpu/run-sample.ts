/**
 * What compute-sanitizer is run on: `node dist/test/gpu/run-sample.js [--all] [results/<device>]` verifies one kernel of
 * each decomposition and arithmetic, or all of the sweep, and every winner of the folder, on small matrices.
 */
import { parseArgs } from 'node:util';
import { findGpu } from './gpu.js';
import { caseName, smallCase } from './kernel-case.js';
import { onePerKind, sweep } from './sweep.js';
import { verifyCases } from './verify-cases.js';
import { winnerCases } from './winner-cases.js';

/** The kernels verified, and all that should have been. */
async function verify(args: string[]): Promise<{ verified: number; of: number }> {
  const { values, positionals } = parseArgs({
    args,
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [folder, ...others] = positionals;
  if (others.length > 0) {
    throw new Error(`Expected one results folder but received ${positionals.join(', ')}`);
  }
  const winners = folder === undefined ? [] : await winnerCases(folder);
  const gpu = findGpu();
  if ('absent' in gpu) throw new Error(gpu.absent);
  const swept = sweep(gpu.target.computeCapability);
  const kernels = [...winners, ...(values.all ? swept : onePerKind(swept))].map((kernel) =>
    smallCase(kernel, gpu.target),
  );

  const counts = { verified: 0, failed: 0 };
  for await (const { kernel, verdict } of verifyCases(gpu, kernels)) {
    counts[verdict.ok ? 'verified' : 'failed'] += 1;
    if (!verdict.ok) process.stdout.write(`${caseName(kernel)}: ${verdict.reason}\n`);
  }
  const { verified, failed } = counts;
  const left = kernels.length - verified - failed;
  process.stdout.write(
    `${verified} kernels verified${failed === 0 ? '' : `, ${failed} failed`}${left === 0 ? '' : `, ${left} not tried: the last failure broke the device`}\n`,
  );
  return { verified, of: kernels.length };
}

try {
  const { verified, of } = await verify(process.argv.slice(2));
  process.exitCode = verified === of ? 0 : 1;
} catch (error) {
  process.stderr.write(`run-sample: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
