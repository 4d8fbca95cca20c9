/** How many CTAs of a compiled kernel an SM holds, from what ptxas says (CUDA C++ Programming Guide, "Compute Capabilities"). */
import type { CudaTarget, KernelManifest } from '../generator/index.js';
import type { KernelResources } from '../runtime/index.js';

/** Registers are handed out to warps in portions of this many, from the register file of a quarter of the SM. */
const registerPortion = 256;
const quarters = 4;
/** Shared memory that the system takes per CTA, and the portions it is handed out in, in bytes. */
const reservedShared = 1024;
const sharedPortion = 128;
/** CTAs an SM holds at most, by compute capability times ten. */
const mostCtas: Readonly<Record<number, number>> = { 80: 32, 86: 16, 89: 24, 90: 32, 120: 24 };

export interface Occupancy {
  readonly ctasPerSm: number;
  /** Fraction of the SM's threads. */
  readonly fraction: number;
  /** What there is too little of for one CTA more. */
  readonly limit: 'registers' | 'shared memory' | 'threads' | 'CTAs';
}

/** `sharedBytes`: dynamic shared memory of the launch. */
export function occupancy(
  { threads }: Pick<KernelManifest, 'threads'>,
  resources: Pick<KernelResources, 'registers' | 'staticSharedBytes'>,
  sharedBytes: number,
  target: CudaTarget,
): Occupancy {
  const warps = Math.ceil(threads / 32);
  const perWarp = Math.ceil((resources.registers * 32) / registerPortion) * registerPortion;
  const warpsByRegisters =
    quarters * Math.floor(target.registersPerSm / quarters / Math.max(registerPortion, perWarp));
  const asked = resources.staticSharedBytes + sharedBytes + reservedShared;
  const shared = Math.ceil(asked / sharedPortion) * sharedPortion;
  const limits = [
    ['threads', Math.floor(target.threadsPerSm / threads)],
    ['registers', Math.floor(warpsByRegisters / warps)],
    ['shared memory', Math.floor(target.sharedPerSm / shared)],
    ['CTAs', mostCtas[target.computeCapability] ?? 16],
  ] as const;
  const [limit, ctasPerSm] = limits.reduce((least, one) => (one[1] < least[1] ? one : least));
  return { ctasPerSm, fraction: (ctasPerSm * threads) / target.threadsPerSm, limit };
}
