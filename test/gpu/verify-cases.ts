/** Compiles kernels and verifies them on a device, as the tuner does. */
import { CompilePool } from '../../autotune/compile/pool.js';
import type { CompileResult } from '../../autotune/compile/task.js';
import { ProblemData } from '../../autotune/measure/problem-data.js';
import { verifyCandidate } from '../../autotune/measure/verify.js';
import { archOf } from '../../autotune/pipeline/arch.js';
import type { Target } from '../../generator/index.js';
import { DeviceError, openDevice, randomGqsMatrix, type Device } from '../../runtime/index.js';
import { caseRejection, type KernelCase } from './kernel-case.js';

export type Verdict =
  | { readonly ok: true; readonly relativeError: number }
  /** `sticky`: the device answers nothing any more. */
  | { readonly ok: false; readonly reason: string; readonly sticky?: boolean };

/** A verdict per kernel, in their order; a kernel that breaks the device is the last. */
export async function* verifyCases<C extends KernelCase>(
  { id, target }: { readonly id: string; readonly target: Target },
  kernels: readonly C[],
): AsyncGenerator<{ readonly kernel: C; readonly verdict: Verdict }> {
  const pool = new CompilePool();
  const device = openDevice(id);
  try {
    const compiled = await compile(pool, target, kernels);
    for (const [index, kernel] of kernels.entries()) {
      const rejection = caseRejection(kernel, target);
      const verdict: Verdict =
        rejection === undefined
          ? await verify(device, kernel, compiled.get(kernel)!, index)
          : { ok: false, reason: rejection };
      yield { kernel, verdict };
      if (!verdict.ok && verdict.sticky === true) return;
    }
  } finally {
    device.close();
    await pool.close();
  }
}

/** Those that fit. */
async function compile(
  pool: CompilePool,
  target: Target,
  kernels: readonly KernelCase[],
): Promise<Map<KernelCase, CompileResult>> {
  const fit = kernels.filter((kernel) => caseRejection(kernel, target) === undefined);
  const results = await pool.compile(
    fit.map(({ traits, variant }) => ({ traits, variant, arch: archOf(variant, target) })),
  );
  return new Map(fit.map((kernel, i) => [kernel, results[i]!]));
}

async function verify(
  device: Device,
  { traits, n, k, density }: KernelCase,
  result: CompileResult,
  seed: number,
): Promise<Verdict> {
  if (result.kind !== 'compiled') {
    return { ok: false, reason: 'message' in result ? result.message : result.kind };
  }
  const { bits, groupSize, groupsPerScale } = traits;
  const matrix = randomGqsMatrix({ n, k, bits, groupSize, groupsPerScale, density, seed, rows: 'skewed' });
  const data = new ProblemData(traits, matrix, seed);
  try {
    const verdict = await verifyCandidate(device, result, data, seed, () => Promise.resolve());
    return verdict.ok ? verdict : { ok: false, reason: verdict.message };
  } catch (error) {
    const sticky = error instanceof DeviceError && error.sticky;
    return { ok: false, reason: error instanceof Error ? error.message : String(error), sticky };
  }
}
