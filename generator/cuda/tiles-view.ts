/** The view of cuda/gqs/mma_tiles.cu. */
import type { KernelArgument } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { MmaTilesVariant } from '../variant.js';
import { constantLines } from './source-lines.js';
import { tileBytes, tilesGrid, tilesShape, tokensPerMma } from './tiles-shape.js';
import { commonView, integer, launchConstants, type KernelIdentity } from './view.js';

export function tilesView(
  traits: KernelTraits,
  variant: MmaTilesVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const shape = tilesShape(traits, variant);
  // With one CTA per SM nobody else works while its warps wait for one another.
  const split = variant.ctasPerSm === 1;
  const common = commonView(traits, variant, identity, args) as { types: object[] };
  const x = `gqs::${variant.xLocation === 'shared' ? 'Staged' : 'Global'}TileX<Activation, kTokens, kGroupSize, kPrefetch>`;
  return {
    ...common,
    includes: [...(split ? ['arrivals.cuh'] : []), 'tiles.cuh', 'unpack.cuh'],
    split,
    types: [...common.types, { name: 'X', value: x }],
    constants: constantLines([
      ...launchConstants(variant, traits),
      integer('kTokenTiles', shape.tokenTiles, `of ${tokensPerMma} tokens`),
      integer('kRowBlock', tilesGrid(variant).rowsPerBlock, 'rows dealt to a CTA together'),
      integer('kRowsPerTile', variant.rowsPerTile),
      integer('kSubtiles', 'kRowsPerTile / kRowBlock', 'as tensor cores take them'),
      integer('kGroupSize', traits.groupSize),
      integer('kStoredBits', shape.storedBits),
      integer('kPlanes', shape.wordsPerGroup / shape.planeWords, 'of integers'),
      integer('kPlaneWords', shape.planeWords, 'per load of integers'),
      integer('kWordsPerGroup', 'kPlanes * kPlaneWords'),
      integer('kTileBytes', tileBytes(traits, variant), 'of sums, per warp'),
      integer('kPrefetch', variant.prefetch, 'steps of a round, in registers ahead'),
    ]),
  };
}
