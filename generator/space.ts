/** Which variants there are for a problem on a target, and why others are not. */
import { cpuDefault, cpuDense, cpuRejection, cpuSeeds, cpuVariants } from './cpu/index.js';
import { cudaRejection } from './cuda/constraints.js';
import { cudaDefault, cudaDense } from './cuda/default-cuda.js';
import { cudaSeeds } from './cuda/seeds-cuda.js';
import { cudaVariants } from './cuda/space-cuda.js';
import type { Problem } from './problem.js';
import type { Target } from './target.js';
import type { Variant } from './variant.js';

export interface VariantSpace {
  readonly variants: readonly Variant[];
  readonly rejected: number;
  /** How many variants each reason excluded, numbers in the reasons left out. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Why the variant cannot solve the problem on the target; undefined when it can. */
export function rejectionReason(problem: Problem, variant: Variant, target: Target): string | undefined {
  if (variant.target === 'cuda' && target.kind === 'cuda') return cudaRejection(problem, variant, target);
  if (variant.target === 'cpu' && target.kind === 'cpu') return cpuRejection(problem, variant, target);
  return `a ${variant.target} variant does not run on a ${target.kind} device`;
}

/** All variants that can be generated for the problem, in a fixed order. */
export function enumerateVariants(problem: Problem, target: Target): VariantSpace {
  const candidates = target.kind === 'cuda' ? cudaVariants(problem, target) : cpuVariants(problem, target);
  const variants: Variant[] = [];
  const reasons = new Map<string, number>();
  let rejected = 0;
  for (const variant of candidates) {
    const reason = rejectionReason(problem, variant, target);
    if (reason === undefined) {
      variants.push(variant);
      continue;
    }
    rejected += 1;
    const kind = reason.replace(/\d+(\.\d+)?/g, '#');
    reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
  }
  return { variants, rejected, reasons };
}

/** The variant that is used where nothing was measured. */
export function defaultVariant(problem: Problem, target: Target): Variant {
  return target.kind === 'cuda' ? cudaDefault(problem, target) : cpuDefault(problem, target);
}

/** Variants worth trying first. */
export function seedVariants(problem: Problem, target: Target): readonly Variant[] {
  return target.kind === 'cuda' ? cudaSeeds(problem, target) : cpuSeeds(problem, target);
}

/** The dense baseline of a problem; rejectionReason says where there is none. */
export function denseVariant(problem: Problem, target: Target): Variant {
  return target.kind === 'cuda' ? cudaDense(problem, target) : cpuDense(problem, target);
}
