/** How a stream variant cuts groups into units and chunks: the numbers behind StreamLayout (see layout.ts). */
import type { StreamLayout, StreamPartition } from '../layout.js';
import type { KernelTraits } from '../problem.js';
import type { CudaStreamVariant } from '../variant.js';

const bytesOfX = { f16: 2, bf16: 2, i8: 1, f32: 4 } as const;

export interface StreamShape {
  readonly unitElements: number;
  /** Weights of one group that one lane multiplies: the whole group or a unit's worth of it. */
  readonly partElements: number;
  /** Neighbouring activations read with one instruction, 16 bytes where the part is that large. */
  readonly chunkElements: number;
  readonly chunkBytes: number;
  readonly groupsPerUnit: number;
  readonly lanesPerGroup: number;
  readonly planes: number;
  readonly vectorWords: number;
  /** Bits of the group column in the packed index form; the zero point takes the rest of 16. */
  readonly indexBits: number;
}

export function bytesPerActivation(traits: Pick<KernelTraits, 'activation'>): number {
  return bytesOfX[traits.activation];
}

export function streamShape(
  traits: Pick<KernelTraits, 'bits' | 'groupSize' | 'activation'>,
  unitElements: number,
): StreamShape {
  const { bits, groupSize } = traits;
  const partElements = Math.min(groupSize, unitElements);
  const chunkElements = Math.min(partElements, 16 / bytesPerActivation(traits));
  const wordsPerUnit = (unitElements * bits) / 32;
  const planes = bits === 3 ? 3 : 1;
  return {
    unitElements,
    partElements,
    chunkElements,
    chunkBytes: chunkElements * bytesPerActivation(traits),
    groupsPerUnit: Math.max(1, unitElements / groupSize),
    lanesPerGroup: Math.max(1, groupSize / unitElements),
    planes,
    vectorWords: wordsPerUnit / planes,
    indexBits: 16 - bits,
  };
}

const partitions = {
  row_split: 'rows',
  task_centric: 'tasks',
  row_permuted: 'bins',
} as const satisfies Record<CudaStreamVariant['decomposition'], StreamPartition>;

export function streamLayout(traits: KernelTraits, variant: CudaStreamVariant): StreamLayout {
  const shape = streamShape(traits, variant.unitElements);
  return {
    kind: 'stream',
    version: 1,
    bits: traits.bits,
    groupSize: traits.groupSize,
    unitElements: shape.unitElements,
    chunkElements: shape.chunkElements,
    groupsPerUnit: shape.groupsPerUnit,
    lanesPerGroup: shape.lanesPerGroup,
    planes: shape.planes,
    vectorWords: shape.vectorWords,
    // A warp reads shared memory 128 bytes at a time.
    bankSlots: variant.groupOrder === 'banks' ? 128 / shape.chunkBytes : 1,
    order: variant.math === 'dp4a' ? 'bytes' : 'pairs',
    indexForm: variant.indexForm,
    partition: partitions[variant.decomposition],
  };
}

/** Bytes of shared memory per k: x of all tokens and, for int8 x, the sum of each slot; 0 when x stays global. */
export function sharedBytesPerK(traits: KernelTraits, variant: CudaStreamVariant): number {
  if (variant.xLocation === 'global') return 0;
  const { partElements } = streamShape(traits, variant.unitElements);
  const sums = variant.math === 'dp4a' ? 4 / partElements : 0;
  return traits.m * (bytesPerActivation(traits) + sums);
}
