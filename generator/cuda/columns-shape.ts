/** How mma_columns cuts a matrix: the numbers behind ColumnsLayout (see layout.ts). */
import type { ColumnsLayout } from '../layout.js';
import type { BlockRule, KernelManifest } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { MmaColumnsVariant } from '../variant.js';
import { bytesPerActivation } from './stream-shape.js';
import { bytesPerRowId, tokensPerMma } from './tiles-shape.js';

/** Groups, or parts of groups, of one column that tensor cores multiply at a time. */
const partsPerBatch = 16;

export interface ColumnsShape {
  readonly storedBits: 4 | 8;
  /** Weights of one group that share a meta word, four lanes' worth. */
  readonly partElements: number;
  readonly wordsPerLane: number;
  /** Rows of a CTA that a meta word can tell apart, beside those without a result. */
  readonly mostRows: number;
  /** Tokens of one column that tensor cores multiply at a time. */
  readonly tokensPerColumn: number;
}

export function columnsShape(
  { bits, groupSize }: Pick<KernelTraits, 'bits' | 'groupSize'>,
  { columnsPerBatch }: Pick<MmaColumnsVariant, 'columnsPerBatch'>,
): ColumnsShape {
  const storedBits = bits === 8 ? 8 : 4;
  // 16 bytes per lane and batch at most.
  const partElements = Math.min(groupSize, 256 / storedBits);
  return {
    storedBits,
    partElements,
    wordsPerLane: (partElements * storedBits) / 64,
    mostRows: 2 ** (16 - columnsPerBatch - storedBits) - partsPerBatch,
    tokensPerColumn: tokensPerMma / columnsPerBatch,
  };
}

export function columnsLayout(traits: KernelTraits, variant: MmaColumnsVariant): ColumnsLayout {
  const { storedBits, partElements } = columnsShape(traits, variant);
  const { bits, groupSize } = traits;
  return {
    kind: 'columns',
    version: 3,
    bits,
    groupSize,
    storedBits,
    partElements,
    columnsPerBatch: variant.columnsPerBatch,
    warpsPerCta: variant.warps,
  };
}

/** Warps share the batches of a CTA, so that few rows more or less weigh little. */
export function columnsGrid({ ctasPerSm }: Pick<MmaColumnsVariant, 'ctasPerSm'>): BlockRule {
  return { kind: 'blocks', ctasPerSm, rowsPerBlock: 8 };
}

export interface ColumnsMemory {
  /** Bytes of one column of x of one warp, as its lanes multiply it. */
  readonly columnBytes: number;
  /** Where the sums of the warps begin in dynamic shared memory, behind their columns of x. */
  readonly sumsAt: number;
  /** Bytes of sums for each row of a CTA, and one more per part of a batch that has no result: in each warp all tokens, in pairs. */
  readonly perRow: number;
}

export function columnsMemory(traits: KernelTraits, variant: MmaColumnsVariant): ColumnsMemory {
  const { m } = traits;
  const { warps, columnsAhead } = variant;
  const tokens = Math.ceil(m / tokensPerMma) * tokensPerMma;
  const columnBytes = tokens * columnsShape(traits, variant).partElements * bytesPerActivation(traits);
  return {
    columnBytes,
    sumsAt: warps * columnsAhead * columnBytes,
    perRow: warps * Math.max(2, m) * 4,
  };
}

export function columnsSharedBytes(
  traits: KernelTraits,
  variant: MmaColumnsVariant,
): KernelManifest['sharedBytes'] {
  const { sumsAt, perRow } = columnsMemory(traits, variant);
  return { fixed: sumsAt + partsPerBatch * perRow, perK: 0, kMultiple: 1, perRow: perRow + bytesPerRowId };
}
