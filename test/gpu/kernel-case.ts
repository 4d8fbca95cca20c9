/** A kernel, and the size of the matrix that it is verified on. */
import {
  rejectionReason,
  variantName,
  type KernelTraits,
  type Target,
  type Variant,
} from '../../generator/index.js';

export interface KernelCase {
  readonly traits: KernelTraits;
  readonly variant: Variant;
  readonly n: number;
  readonly k: number;
  readonly density: number;
}

export function caseName({ traits, variant, n, k }: KernelCase): string {
  return `${variantName(variant)} W${traits.bits}G${traits.groupSize} m${traits.m} ${traits.activation}, ${n} x ${k}`;
}

/** Why the variant does not fit its traits, matrix or device; undefined when it does. */
export function caseRejection({ traits, variant, ...shape }: KernelCase, target: Target): string | undefined {
  return rejectionReason({ op: 'gemv', ...shape, ...traits }, variant, target);
}

/** Enough for all that happens at the ends of rows and tiles, and quick under a sanitizer. */
const small = { n: 131, k: 1024 } as const;

/** The same kernel on a small matrix, or on one with the k, or n and k, of its own that its variant asks for. */
export function smallCase(kernel: KernelCase, target: Target): KernelCase {
  const n = Math.min(kernel.n, small.n);
  const smaller = [
    { ...kernel, n, k: Math.min(kernel.k, small.k) },
    { ...kernel, n },
  ];
  return smaller.find((one) => caseRejection(one, target) === undefined) ?? kernel;
}
