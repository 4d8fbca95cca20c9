/** How a stream variant cuts groups into units and chunks: the numbers behind StreamLayout (see layout.ts). */
import type { StreamLayout, StreamPartition } from '../layout.js';
import type { KernelManifest, PersistentRule } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { CudaStreamVariant } from '../variant.js';

const warpSize = 32;
const bytesOfX = { f16: 2, bf16: 2, i8: 1, f32: 4 } as const;

/** Most products in half precision before they are added up in float32 (accuracy contract for float16 x). */
export const halfProducts = 16;

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
  const groupsPerUnit = Math.max(1, unitElements / groupSize);
  const lanesPerGroup = Math.max(1, groupSize / unitElements);
  return {
    unitElements,
    partElements,
    chunkElements,
    chunkBytes: chunkElements * bytesPerActivation(traits),
    groupsPerUnit,
    lanesPerGroup,
    planes,
    vectorWords: wordsPerUnit / planes,
  };
}

type IndexForm = StreamLayout['indexForm'];

/**
 * How a stream stores what belongs to groups: as the variant says; where groups share a scale, narrow indices store it
 * once, as long as the groups lie side by side in every row.
 */
export function storedIndex(
  { groupsPerScale = 1 }: Pick<KernelTraits, 'groupsPerScale'>,
  variant: CudaStreamVariant,
  { groupsPerUnit }: StreamShape,
): IndexForm {
  const unitsAlong = variant.decomposition === 'row_permuted' ? warpSize / variant.rowsPerSlice : 1;
  const together = (unitsAlong * groupsPerUnit) % groupsPerScale === 0;
  if (variant.indexForm !== 'narrow' || groupsPerScale === 1 || !together) return variant.indexForm;
  return `shared${groupsPerScale}`;
}

/** What the forms take per group: words with scales, and bytes elsewhere. */
const wordsPerGroup = {
  ...({ packed: 1, wide: 1, narrow: 0.5, windowed: 0.5 } as const),
  ...({ shared2: 0.5, shared4: 0.5 } as const),
} as const;
const bytesBeside = { packed: 0, wide: 1, narrow: 1.5, windowed: 1.5, shared2: 0.5, shared4: 0 } as const;

/** Lanes whose units share meta words: those of a group, or of a run of groups with one scale. */
export function lanesPerMeta({ groupsPerUnit, lanesPerGroup }: StreamShape, form: IndexForm): number {
  return form === 'shared4' ? Math.max(1, 4 / groupsPerUnit) : lanesPerGroup;
}

/** Meta words of a unit, or of the units that share them. */
export function metaWordsPerUnit(shape: StreamShape, form: IndexForm): number {
  return wordsPerGroup[form] * Math.max(shape.groupsPerUnit, form === 'shared4' ? 4 : 1);
}

/** Units between the places at which all that belongs to them lies at a multiple of 16 bytes. */
export function copyUnits(shape: StreamShape, form: IndexForm): number {
  const values = 4 / shape.vectorWords;
  const meta = (4 * lanesPerMeta(shape, form)) / metaWordsPerUnit(shape, form);
  const zeros = form === 'narrow' || form === 'shared2' ? 32 / shape.groupsPerUnit : 1;
  return Math.max(values, meta, zeros, 1);
}

/** Bytes of a unit: integers, and what is stored of its groups. */
function unitBytes(bits: number, shape: StreamShape, form: IndexForm): number {
  const perGroup = 4 * wordsPerGroup[form] + bytesBeside[form];
  return (shape.unitElements * bits) / 8 + (perGroup * shape.groupsPerUnit) / shape.lanesPerGroup;
}

const partitions = {
  row_split: 'rows',
  task_centric: 'tasks',
  row_permuted: 'slices',
} as const satisfies Record<CudaStreamVariant['decomposition'], StreamPartition>;

export function streamLayout(traits: KernelTraits, variant: CudaStreamVariant): StreamLayout {
  const shape = streamShape(traits, variant.unitElements);
  return {
    kind: 'stream',
    version: 4,
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
    indexForm: storedIndex(traits, variant, shape),
    partition: partitions[variant.decomposition],
    ...(variant.decomposition === 'row_permuted'
      ? { rowsPerSlice: variant.rowsPerSlice, warpsPerCta: variant.warps }
      : {}),
  };
}

/** Bytes that x takes per k, of which whole multiples count. */
export interface XMemory {
  readonly bytesPerK: number;
  readonly kMultiple: number;
}

/** Of a SharedX (activations.cuh): one token in planes; several in blocks, with rows of sums for as many as a chunk has words. */
function xMemory(traits: KernelTraits, { math }: CudaStreamVariant, shape: StreamShape): XMemory {
  const { partElements, chunkBytes } = shape;
  const { m } = traits;
  const ofTokens = m * bytesPerActivation(traits);
  const sumBytes = math !== 'dp4a' ? 0 : m === 1 ? 4 : Math.ceil((m * 4) / chunkBytes) * chunkBytes;
  return {
    bytesPerK: ofTokens + sumBytes / partElements,
    kMultiple: m === 1 ? 1 : (128 / chunkBytes) * partElements,
  };
}

/** Where what lies in a CTA's dynamic shared memory, in bytes. */
export interface StreamMemory {
  /** Bytes of one stage of bulk copies; 0 without them. */
  readonly stageBytes: number;
  /** First come the finished rows of each warp, unless it has slices of rows; then the stages of each warp. */
  readonly stagesAt: number;
  readonly barriersAt: number;
  /** Where x begins, and what comes before it. */
  readonly xAt: number;
  /** x of all tokens and, for int8 x, the sum of each slot; nothing when x stays global. */
  readonly x: XMemory;
  /** Behind x, the table of slices and their sums: what there is of each warp, and bytes per row that the CTA has room for. */
  readonly warpBytes: number;
  readonly bytesPerRow: number;
}

const barrierBytes = 8;
/** Behind x, and behind the table: they begin at multiples of 16 bytes. */
const mostPadding = 16;

/** Words of the table of slices per row. */
function tableWords(rowsPerSlice: number): number {
  return 1 + 2 / rowsPerSlice;
}

export function streamMemory(traits: KernelTraits, variant: CudaStreamVariant): StreamMemory {
  const { bits, m } = traits;
  const shape = streamShape(traits, variant.unitElements);
  const bulk = variant.weightLoads === 'bulk';
  const stageBytes = bulk
    ? variant.stageSteps * warpSize * unitBytes(bits, shape, storedIndex(traits, variant, shape))
    : 0;
  const stages = bulk ? variant.warps * variant.prefetch : 0;
  const slices = variant.decomposition === 'row_permuted';
  const rowBytes = slices ? 0 : Math.max(8, m) * warpSize * 4;
  const stagesAt = variant.warps * rowBytes;
  const barriersAt = stagesAt + stages * stageBytes;
  return {
    stageBytes,
    stagesAt,
    barriersAt,
    xAt: Math.ceil((barriersAt + stages * barrierBytes) / 16) * 16,
    x: variant.xLocation === 'global' ? { bytesPerK: 0, kMultiple: 1 } : xMemory(traits, variant, shape),
    warpBytes: slices ? variant.warps * (16 + variant.rowsPerSlice * m * 4) + 2 * mostPadding : 0,
    bytesPerRow: slices ? m * 4 + tableWords(variant.rowsPerSlice) * 4 : 0,
  };
}

export function streamSharedBytes(
  traits: KernelTraits,
  variant: CudaStreamVariant,
): KernelManifest['sharedBytes'] {
  const { xAt, x, warpBytes, bytesPerRow } = streamMemory(traits, variant);
  return { fixed: xAt + warpBytes, perK: x.bytesPerK, kMultiple: x.kMultiple, perRow: bytesPerRow };
}

/** Of the decompositions that have as many CTAs as are resident. */
export function streamGrid({
  ctasPerSm,
  warps,
}: Pick<CudaStreamVariant, 'ctasPerSm' | 'warps'>): PersistentRule {
  return { kind: 'persistent', ctasPerSm, warpsPerCta: warps };
}
