/** From a stream variant to what its template prints. */
import type { KernelArgument } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { CudaStreamVariant } from '../variant.js';
import { type Constant, constantLines } from './source-lines.js';
import {
  copyUnits,
  halfProducts,
  lanesPerMeta,
  metaWordsPerUnit,
  storedIndex,
  streamMemory,
  streamShape,
} from './stream-shape.js';
import { commonView, integer, lanesPerToken, launchConstants, type KernelIdentity } from './view.js';

/**
 * How often weights are halved so that halfProducts of them, half in each half of a half2, stay below the largest float16
 * number with x up to 1000 and weights at the far end of their range. 8-bit weights are not multiplied in half precision.
 */
const halvings = { 2: 0, 3: 0, 4: 1, 8: 0 } as const;

const groupsPerStoredScale = { packed: 1, wide: 1, narrow: 1, windowed: 1, shared2: 2, shared4: 4 } as const;

function decompositionConstants(variant: CudaStreamVariant): Constant[] {
  switch (variant.decomposition) {
    case 'row_split':
      return [
        integer('kRowsPerTeam', variant.rowsPerTeam),
        integer('kWarpsPerTeam', variant.warpsPerTeam, 'warps that share rows'),
        ...(variant.warpsPerTeam > 1 ? [lanesPerToken] : []),
      ];
    case 'task_centric':
      return [lanesPerToken];
    case 'row_permuted':
      return [
        integer('kRowsPerSlice', variant.rowsPerSlice),
        integer('kLanesPerRow', 'gqs::kWarpSize / kRowsPerSlice'),
        integer('kThreadsPerToken', 'kThreads / kTokens', 'that store its values'),
      ];
  }
}

export function streamView(
  traits: KernelTraits,
  variant: CudaStreamVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const shape = streamShape(traits, variant.unitElements);
  const isShared = variant.xLocation === 'shared';
  const form = storedIndex(traits, variant, shape);
  const narrow = form === 'narrow' || form === 'windowed';
  const metaWords = metaWordsPerUnit(shape, form);
  const bulk = variant.weightLoads === 'bulk';
  const common = commonView(traits, variant, identity, args) as { types: object[] };
  const xShape = `gqs::XShape<Activation, kTokens, kGroupSize, kPartElements, kChunkElements>`;
  const teams = variant.decomposition === 'row_split' && variant.warpsPerTeam > 1;
  const slices = variant.decomposition === 'row_permuted';
  const fixup = teams || variant.decomposition === 'task_centric';
  const includes = [
    'activations',
    ...(bulk ? ['bulk'] : []),
    ...(fixup ? ['fixup'] : []),
    ...(slices ? ['slices'] : ['reduce', 'rows']),
    'unpack',
  ];
  const atomic = variant.decomposition === 'task_centric' && variant.fixup === 'atomic';
  return {
    ...common,
    includes: includes.map((name) => `${name}.cuh`),
    types: [
      ...common.types,
      { name: 'XShape', value: xShape },
      { name: 'X', value: `gqs::${isShared ? 'SharedX' : 'GlobalX'}<XShape>` },
    ],
    constants: constantLines([
      ...launchConstants(variant, traits),
      ...decompositionConstants(variant),
      integer('kBits', traits.bits),
      integer('kGroupSize', traits.groupSize),
      integer('kUnitElements', shape.unitElements, 'weights per lane and step'),
      integer('kPartElements', shape.partElements, 'of them from one group'),
      integer('kChunkElements', shape.chunkElements, 'activations per load'),
      integer('kGroupsPerUnit', shape.groupsPerUnit),
      integer('kLanesPerGroup', shape.lanesPerGroup),
      integer('kPlanes', shape.planes, 'of integers'),
      integer('kVectorWords', shape.vectorWords, 'per load of integers'),
      integer('kWordsPerUnit', 'kUnitElements * kBits / 32'),
      integer('kMetaPerUnit', metaWords, narrow ? 'words with scales' : 'words with scales and columns'),
      integer('kMetaWords', Math.min(4, metaWords), 'of them per load'),
      integer('kLanesPerMeta', lanesPerMeta(shape, form), 'that share them'),
      ...loadConstants(traits, variant, shape),
      ...mathConstants(traits, variant, shape),
    ]),
    loadFunction: variant.weightLoads === 'streaming' ? 'load_streaming' : 'load_cached',
    weightsArguments: {
      packed: 'values, meta, units',
      wide: 'values, meta, zeros, units',
      narrow: 'values, meta, columns, zeros, units',
      windowed: 'values, meta, columns, zeros, bases, units',
      shared2: 'values, meta, zeros, units',
      shared4: 'values, meta, units',
    }[form],
    wide: form === 'wide',
    narrow,
    windowed: form === 'windowed',
    shared2: form === 'shared2',
    shared4: form === 'shared4',
    zerosApart: form === 'wide' || narrow || form === 'shared2',
    halfZeros: narrow || form === 'shared2',
    bulk,
    unitSource: bulk ? 'Stage' : 'Weights',
    policy: variant.l2Policy === 'evict_first' ? 'EvictFirstPolicy' : 'DefaultPolicy',
    slices,
    firstTaken: slices && bulk,
    l2Prefetch: variant.l2Policy === 'prefetch',
    shared: isShared,
    teams,
    half2: variant.math === 'half2',
    f32: variant.math === 'f32',
    dp4a: variant.math === 'dp4a',
    halvings: variant.math === 'half2' && halvings[traits.bits] > 0,
    arriveClosing: atomic
      ? 'arrive_atomically(total.value, first_cta, blockIdx.x, lane)'
      : 'arrive_in_order(total.value, blockIdx.x, first_cta, blockIdx.x, lane)',
    arriveLeaving: atomic
      ? 'arrive_atomically(value, first_cta, last_cta, lane)'
      : 'arrive_in_order(value, blockIdx.x, first_cta, last_cta, lane)',
  };
}

function delays({ startDelay, stageInterval }: CudaStreamVariant): Constant[] {
  return [
    integer('kStartDelay', startDelay, 'cycles before the first weights are asked for'),
    integer('kStageInterval', stageInterval, 'cycles between them and those that follow'),
  ];
}

function loadConstants(
  traits: KernelTraits,
  variant: CudaStreamVariant,
  shape: ReturnType<typeof streamShape>,
): Constant[] {
  const memory = streamMemory(traits, variant);
  const place = integer('kXAt', memory.xAt, 'in shared memory, behind what follows');
  if (variant.weightLoads !== 'bulk') {
    return [
      integer('kPrefetch', variant.prefetch, 'units in registers or under way'),
      ...delays(variant),
      place,
    ];
  }
  return [
    integer('kStages', variant.prefetch, 'of each warp, that bulk copies fill'),
    integer('kStageSteps', variant.stageSteps),
    { type: 'uint32_t', name: 'kStageUnits', value: 'kStageSteps * gqs::kWarpSize', note: '' },
    integer('kStageBytes', memory.stageBytes),
    ...delays(variant),
    ...(variant.decomposition === 'row_permuted'
      ? []
      : [
          {
            type: 'uint32_t',
            name: 'kCopyUnits',
            value: copyUnits(shape, storedIndex(traits, variant, shape)),
            note: 'copies begin at multiples of',
          },
        ]),
    integer('kStagesAt', memory.stagesAt, 'in shared memory'),
    integer('kBarriersAt', memory.barriersAt),
    place,
  ];
}

function mathConstants(
  traits: KernelTraits,
  variant: CudaStreamVariant,
  shape: ReturnType<typeof streamShape>,
): Constant[] {
  if (variant.math === 'dp4a') {
    const form = storedIndex(traits, variant, shape);
    return [
      integer('kScalesPerUnit', Math.max(1, shape.groupsPerUnit / groupsPerStoredScale[form])),
      integer('kQuadsPerPart', 'kPartElements / 4'),
    ];
  }
  const pairs = integer('kPairsPerPart', 'kPartElements / 2');
  if (variant.math === 'f32') return [pairs];
  return [
    pairs,
    integer('kHalvings', halvings[traits.bits], 'of weights'),
    integer('kFoldProducts', Math.min(halfProducts, shape.partElements), 'in half precision before float32'),
    integer('kFoldChunks', 'kFoldProducts / kChunkElements'),
  ];
}
