/** How mma_tiles cuts a matrix: the numbers behind TilesLayout (see layout.ts). */
import type { TilesLayout } from '../layout.js';
import type { BlockRule, KernelManifest } from '../manifest.js';
import type { KernelTraits, Problem } from '../problem.js';
import type { MmaTilesVariant } from '../variant.js';

/** Tokens that a tensor core multiplies at a time. */
export const tokensPerMma = 8;
/** Bytes for each row of a CTA that say which one it is. */
export const bytesPerRowId = 4;
/** Group columns whose groups the four lanes of a row multiply at a time, one each. */
export const columnsPerStep = 4;

/** Tiles that have places of their own for their sums: while one is added up the next one is multiplied. */
const tilesInTurn = 2;

export interface TilesShape {
  readonly storedBits: 2 | 4 | 8;
  /** Words of one group's integers, and how many of them one load takes. */
  readonly wordsPerGroup: number;
  readonly planeWords: number;
  readonly tokenTiles: number;
  /** Groups of a lane in each step. */
  readonly groupsPerStep: number;
}

export function tilesShape(
  { bits, groupSize, m }: KernelTraits,
  { rowsPerTile }: Pick<MmaTilesVariant, 'rowsPerTile'>,
): TilesShape {
  const storedBits = bits === 3 ? 4 : bits;
  const wordsPerGroup = (groupSize * storedBits) / 32;
  return {
    storedBits,
    wordsPerGroup,
    planeWords: Math.min(4, wordsPerGroup),
    tokenTiles: Math.ceil(m / tokensPerMma),
    groupsPerStep: rowsPerTile / 8,
  };
}

export function tilesLayout(traits: KernelTraits, variant: MmaTilesVariant): TilesLayout {
  return {
    kind: 'tiles',
    version: 4,
    bits: traits.bits,
    groupSize: traits.groupSize,
    storedBits: tilesShape(traits, variant).storedBits,
    rowsPerTile: variant.rowsPerTile,
    warpsPerCta: variant.warps,
    stepsPerRound: variant.prefetch,
  };
}

/** As many rows as tensor cores multiply at a time: a CTA with fewer would take as long. */
export function tilesGrid({ ctasPerSm }: Pick<MmaTilesVariant, 'ctasPerSm'>): BlockRule {
  return { kind: 'blocks', ctasPerSm, rowsPerBlock: 16 };
}

/** Steps in which a tile's rows are multiplied, each with four group columns. */
export function columnSteps({ k, groupSize }: Pick<Problem, 'k' | 'groupSize'>): number {
  return Math.ceil(k / groupSize / columnsPerStep);
}

/** Whether a tile has fewer rounds of steps than a CTA has warps. */
export function hasIdleWarps(
  problem: Pick<Problem, 'k' | 'groupSize'>,
  { warps, prefetch }: Pick<MmaTilesVariant, 'warps' | 'prefetch'>,
): boolean {
  return Math.ceil(columnSteps(problem) / prefetch) < warps;
}

/** The steps in whole rounds for each warp: what is behind the last column takes as long. */
export function paddedSteps(
  problem: Pick<Problem, 'k' | 'groupSize'>,
  { warps, prefetch }: Pick<MmaTilesVariant, 'warps' | 'prefetch'>,
): number {
  const together = warps * prefetch;
  return Math.ceil(columnSteps(problem) / together) * together;
}

/** Bytes of shared memory for the sums of one warp and tile. */
export function tileBytes(traits: KernelTraits, variant: MmaTilesVariant): number {
  return variant.rowsPerTile * tilesShape(traits, variant).tokenTiles * tokensPerMma * 4;
}

/** The sums of the warps, the rows of the CTA, and x: for each warp the columns that it multiplies, in whole steps. */
export function tilesSharedBytes(
  traits: KernelTraits,
  variant: MmaTilesVariant,
): KernelManifest['sharedBytes'] {
  const { tokenTiles } = tilesShape(traits, variant);
  return {
    fixed: tilesInTurn * variant.warps * tileBytes(traits, variant),
    perK: variant.xLocation === 'shared' ? tokenTiles * Math.min(traits.m, tokensPerMma) * 2 : 0,
    kMultiple: variant.warps * variant.prefetch * columnsPerStep * traits.groupSize,
    perRow: bytesPerRowId,
  };
}
