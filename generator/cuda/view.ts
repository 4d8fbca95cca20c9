/** All arithmetic on the way from a variant to its template: a template only prints what stands here. */
import { generatorVersion } from '../hash.js';
import type { KernelArgument } from '../manifest.js';
import type { Activation, KernelTraits, OutputType } from '../problem.js';
import type { CudaDenseVariant, CudaStreamVariant, CudaVariant } from '../variant.js';
import { type Constant, constantLines, signatureLines } from './source-lines.js';
import {
  copyUnits,
  lanesPerMeta,
  metaWordsPerUnit,
  storedIndex,
  streamMemory,
  streamShape,
} from './stream-shape.js';

export interface KernelIdentity {
  readonly name: string;
  readonly symbol: string;
  readonly arch: string;
  readonly hash: string;
}

const cudaTypes: Readonly<Record<Activation | OutputType, string>> = {
  f16: '__half',
  bf16: '__nv_bfloat16',
  f32: 'float',
  i8: 'int8_t',
};

const purposes = {
  row_split: 'y = x W^T for GQS weights; teams of warps own neighbouring rows.',
  task_centric: 'y = x W^T for GQS weights; all warps own equally many groups, rows are put together.',
  row_permuted: 'y = x W^T for GQS weights; rows are dealt to CTAs so that all have equally many groups.',
  mma_columns: 'y = x W^T for GQS weights on tensor cores, 16 groups of a column at a time.',
  mma_tiles: 'y = x W^T for GQS weights on tensor cores; the warps of a CTA share the columns of its rows.',
  dense_rows: 'y = x W^T for dense float16 weights: the baseline.',
} as const;

/**
 * Products of half precision that are added up before float32 takes over: as many as stay below the largest float16
 * number, in each half of a half2, with x up to 1000 and weights at the far end of their range, and at most 16.
 */
const foldProducts = { 2: 16, 3: 16, 4: 8, 8: 1 } as const;

const groupsPerStoredScale = { packed: 1, wide: 1, narrow: 1, shared2: 2, shared4: 4 } as const;

export function integer(name: string, value: number | string, note = ''): Constant {
  return { type: 'int', name, value, note };
}

function parameterType(argument: KernelArgument): string {
  if (argument.kind === 'scalar') return 'uint32_t';
  switch (argument.role) {
    case 'x':
      return 'const Activation*';
    case 'y':
      return 'Output*';
    case 'bias':
    case 'residual':
      return 'const Output*';
    case 'xScale':
    case 'rowConstants':
      return 'const float*';
    case 'columns':
    case 'zeros':
      return 'const uint8_t*';
    case 'workspace':
      return 'void*';
    case 'values':
    case 'meta':
    case 'rowPtr':
    case 'tasks':
    case 'sliceEnds':
    case 'rowIds':
    case 'masks':
      return 'const uint32_t*';
  }
}

/** `rowPtr` -> `row_ptr`. */
function parameterName(argument: KernelArgument): string {
  return argument.role.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function commonView(
  traits: KernelTraits,
  variant: CudaVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const names = new Set(args.map((argument) => argument.role));
  const results = ['y', 'n', ...(['xScale', 'bias', 'residual'] as const).filter((role) => names.has(role))];
  return {
    ...identity,
    generatorVersion,
    purpose: purposes[variant.decomposition],
    types: [
      { name: 'Activation', value: cudaTypes[traits.activation] },
      { name: 'Output', value: cudaTypes[traits.output] },
    ],
    signature: signatureLines(
      identity.symbol,
      args.map((argument) => `${parameterType(argument)} ${parameterName(argument)}`),
    ),
    resultArguments: results.map((role) => (role === 'xScale' ? 'x_scale' : role)).join(', '),
    scaled: names.has('xScale'),
    bias: names.has('bias'),
    residual: names.has('residual'),
    pdl: variant.pdl,
  };
}

export function launchConstants(variant: CudaVariant, traits: KernelTraits): Constant[] {
  const grids = 'residentGrids' in variant ? variant.residentGrids : 1;
  return [
    integer('kWarps', variant.warps, 'per CTA'),
    integer('kThreads', 'kWarps * gqs::kWarpSize'),
    integer('kCtasPerSm', variant.ctasPerSm * grids, 'meant to be resident'),
    integer('kTokens', traits.m),
  ];
}

const lanesPerToken = integer('kLanesPerToken', 'gqs::kWarpSize / kTokens', 'that hold the same sum');

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
  const metaWords = metaWordsPerUnit(shape, form);
  const bulk = variant.weightLoads === 'bulk';
  const common = commonView(traits, variant, identity, args) as { types: object[] };
  const xShape = `gqs::XShape<Activation, kTokens, kGroupSize, kPartElements, kChunkElements>`;
  const teams = variant.decomposition === 'row_split' && variant.warpsPerTeam > 1;
  const slices = variant.decomposition === 'row_permuted';
  const fixup = teams || slices || variant.decomposition === 'task_centric';
  const includes = [
    'activations',
    ...(bulk ? ['bulk'] : []),
    ...(fixup ? ['fixup'] : []),
    'reduce',
    slices ? 'slices' : 'rows',
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
      integer(
        'kMetaPerUnit',
        metaWords,
        form === 'narrow' ? 'words with scales' : 'words with scales and columns',
      ),
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
      shared2: 'values, meta, zeros, units',
      shared4: 'values, meta, units',
    }[form],
    wide: form === 'wide',
    narrow: form === 'narrow',
    shared2: form === 'shared2',
    shared4: form === 'shared4',
    zerosApart: form === 'wide' || form === 'narrow' || form === 'shared2',
    halfZeros: form === 'narrow' || form === 'shared2',
    bulk,
    unitSource: bulk ? 'Stage' : 'Weights',
    policy: variant.l2Policy === 'evict_first' ? 'EvictFirstPolicy' : 'DefaultPolicy',
    slices,
    l2Prefetch: variant.l2Policy === 'prefetch',
    shared: isShared,
    teams,
    half2: variant.math === 'half2',
    f32: variant.math === 'f32',
    dp4a: variant.math === 'dp4a',
    arriveClosing: atomic
      ? 'arrive_atomically(total.value, first_cta, blockIdx.x, lane)'
      : 'arrive_in_order(total.value, blockIdx.x, first_cta, blockIdx.x, lane)',
    arriveLeaving: atomic
      ? 'arrive_atomically(value, first_cta, last_cta, lane)'
      : 'arrive_in_order(value, blockIdx.x, first_cta, last_cta, lane)',
  };
}

function loadConstants(
  traits: KernelTraits,
  variant: CudaStreamVariant,
  shape: ReturnType<typeof streamShape>,
): Constant[] {
  const memory = streamMemory(traits, variant);
  const place = integer('kXAt', memory.xAt, 'in shared memory, behind what follows');
  if (variant.weightLoads !== 'bulk') {
    return [integer('kPrefetch', variant.prefetch, 'units in registers ahead'), place];
  }
  return [
    integer('kStages', variant.prefetch, 'of each warp, that bulk copies fill'),
    integer('kStageSteps', variant.stageSteps),
    { type: 'uint32_t', name: 'kStageUnits', value: 'kStageSteps * gqs::kWarpSize', note: '' },
    integer('kStageBytes', memory.stageBytes),
    integer('kStartDelay', variant.startDelay, 'cycles before the first stage is asked for'),
    integer('kStageInterval', variant.stageInterval, 'cycles between it and those that follow'),
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
  const products = Math.min(foldProducts[traits.bits], shape.partElements);
  return [
    pairs,
    integer('kFoldProducts', products, 'in half precision before float32'),
    integer('kFoldChunks', 'kFoldProducts / kChunkElements'),
  ];
}

export function denseView(
  traits: KernelTraits,
  variant: CudaDenseVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  return {
    ...commonView(traits, variant, identity, args),
    includes: ['numeric.cuh', 'reduce.cuh'],
    constants: constantLines([
      ...launchConstants(variant, traits),
      lanesPerToken,
      integer('kRowsPerWarp', variant.rowsPerWarp),
      integer('kUnroll', variant.unroll, 'loads in flight per lane and row'),
      integer('kChunkElements', 8, 'weights per load'),
    ]),
  };
}
