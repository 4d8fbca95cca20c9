import type { PackedLayout } from '../layout.js';
import type { KernelTraits } from '../problem.js';
import type { CpuVariant } from '../variant.js';
import { isaTraits } from './isa.js';

/** Groups that fill the four vectors of a step. */
export function groupsPerStep({ groupSize }: Pick<KernelTraits, 'groupSize'>, { isa }: CpuVariant): number {
  return (4 * isaTraits[isa].vectorBytes) / groupSize;
}

/** The packed form that a kernel reads. */
export function cpuLayout(traits: KernelTraits, variant: CpuVariant): PackedLayout {
  if (variant.decomposition === 'dense_rows') return { kind: 'dense', version: 1, type: variant.weights };
  const { bits, groupSize } = traits;
  const { math, order } = variant;
  return {
    kind: 'cpu',
    version: 1,
    bits,
    groupSize,
    groupsPerStep: groupsPerStep(traits, variant),
    math,
    order,
  };
}
