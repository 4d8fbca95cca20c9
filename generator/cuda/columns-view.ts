/** The view of cuda/gqs/mma_columns.cu. */
import type { KernelArgument } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { MmaColumnsVariant } from '../variant.js';
import { columnsMemory, columnsShape } from './columns-shape.js';
import { constantLines } from './source-lines.js';
import { tokensPerMma } from './tiles-shape.js';
import { commonView, integer, launchConstants, type KernelIdentity } from './view.js';

export function columnsView(
  traits: KernelTraits,
  variant: MmaColumnsVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const shape = columnsShape(traits, variant);
  const memory = columnsMemory(traits, variant);
  const common = commonView(traits, variant, identity, args) as { types: object[] };
  return {
    ...common,
    includes: ['columns.cuh', 'unpack.cuh'],
    types: [
      ...common.types,
      {
        name: 'XColumns',
        value: 'gqs::XColumns<Activation, kTokens, kPartElements, kColumnsAhead, kColumnsPerBatch>',
      },
      { name: 'Sums', value: 'gqs::WarpSums<kTokens, kColumnsPerBatch>' },
    ],
    constants: constantLines([
      ...launchConstants(variant, traits),
      integer('kTokenTiles', Math.ceil(traits.m / tokensPerMma), `of ${tokensPerMma} tokens`),
      integer('kStoredBits', shape.storedBits),
      integer('kPartElements', shape.partElements, 'weights of one group with one meta word'),
      integer('kWordsPerLane', shape.wordsPerLane, 'of integers, per batch of 16 parts'),
      integer('kPairsPerPart', shape.partElements / 8, 'in one lane'),
      integer('kColumnsPerBatch', variant.columnsPerBatch),
      integer('kPrefetch', variant.prefetch, 'batches in registers ahead'),
      integer('kColumnsAhead', variant.columnsAhead, 'of x, per warp, in shared memory'),
      integer('kColumnsBytes', `kColumnsAhead * ${memory.columnBytes}`),
      integer('kSumsAt', memory.sumsAt, 'in shared memory, behind them'),
    ]),
  };
}
