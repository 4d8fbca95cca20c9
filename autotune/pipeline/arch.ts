/** Names of what kernels are compiled for. */
import type { Target, Variant } from '../../generator/index.js';
import { TuneError } from './error.js';

/** 'sm_90' of a GPU, the instruction set of a CPU variant. */
export function archOf(variant: Variant, target: Target): string {
  if (variant.target === 'cpu') return variant.isa;
  if (target.kind === 'cuda') return `sm_${target.computeCapability}`;
  throw new TuneError(`Expected a variant for a ${target.kind} device but received one for CUDA`);
}

/** 'sm_90', or the widest instruction set of a CPU. */
export function widestArch(target: Target): string {
  return target.kind === 'cuda' ? `sm_${target.computeCapability}` : (target.isas.at(-1) ?? 'portable');
}
