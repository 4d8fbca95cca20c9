/** How mma_tiles cuts a matrix: the numbers behind TilesLayout (see layout.ts). */
import type { TilesLayout } from '../layout.js';
import type { KernelManifest } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { MmaTilesVariant } from '../variant.js';

/** Tokens that a tensor core multiplies at a time. */
export const tokensPerMma = 8;
/** Group columns whose groups the four lanes of a row multiply at a time, one each. */
export const columnsPerStep = 4;

export interface TilesShape {
  readonly storedBits: 2 | 4 | 8;
  /** Words of one group's integers, in planes of at most 16 bytes. */
  readonly wordsPerGroup: number;
  readonly planeWords: number;
  /** Places between two rows of a tile: they begin in different shared-memory banks. */
  readonly pitch: number;
  /** Places of a chunk. */
  readonly slots: number;
  /** Places that a meta word can tell apart. */
  readonly mostSlots: number;
  readonly tokenTiles: number;
}

export function tilesShape({ bits, groupSize, m }: KernelTraits, variant: MmaTilesVariant): TilesShape {
  const storedBits = bits === 3 ? 4 : bits;
  const wordsPerGroup = (groupSize * storedBits) / 32;
  const { rowsPerTile, chunkColumns } = variant;
  const pitch = chunkColumns % 8 === 0 ? chunkColumns + 4 : chunkColumns;
  return {
    storedBits,
    wordsPerGroup,
    planeWords: Math.min(4, wordsPerGroup),
    pitch,
    slots: rowsPerTile * pitch,
    mostSlots: 2 ** (16 - storedBits),
    tokenTiles: Math.ceil(m / tokensPerMma),
  };
}

export function tilesLayout(traits: KernelTraits, variant: MmaTilesVariant): TilesLayout {
  const { storedBits, pitch } = tilesShape(traits, variant);
  return {
    kind: 'tiles',
    version: 1,
    bits: traits.bits,
    groupSize: traits.groupSize,
    storedBits,
    rowsPerTile: variant.rowsPerTile,
    chunkColumns: variant.chunkColumns,
    pitch,
    warpsPerCta: variant.warps,
  };
}

/** Bytes of shared memory of one warp: a chunk of a tile, and in the same place its sums of the tile. */
export function tilesWarpBytes(traits: KernelTraits, variant: MmaTilesVariant): number {
  const { wordsPerGroup, slots, tokenTiles } = tilesShape(traits, variant);
  const chunk = slots * (wordsPerGroup + 1) * 4;
  const sums = variant.rowsPerTile * tokenTiles * tokensPerMma * 4;
  return Math.max(chunk, sums);
}

/** x of all tokens lies behind the warps' chunks: for each warp the columns that it multiplies, in whole steps. */
export function tilesSharedBytes(
  traits: KernelTraits,
  variant: MmaTilesVariant,
): KernelManifest['sharedBytes'] {
  const { tokenTiles } = tilesShape(traits, variant);
  return {
    fixed: variant.warps * tilesWarpBytes(traits, variant),
    perK: variant.xLocation === 'shared' ? tokenTiles * tokensPerMma * 2 : 0,
    kMultiple: variant.warps * columnsPerStep * traits.groupSize,
    perRow: 0,
  };
}
