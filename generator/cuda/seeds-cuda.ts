/** Known-good CUDA variants (measured on an H100 and an H200, sm_90) from which the search starts. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type {
  CudaStreamVariant,
  CudaVariant,
  MmaColumnsVariant,
  MmaTilesVariant,
  RowPermutedVariant,
  RowSplitVariant,
} from '../variant.js';
import { cudaRejection } from './constraints.js';
import { hasIdleWarps, paddedSteps } from './tiles-shape.js';
import { cudaDefault, defaultParameters, eightByteUnit, type Common } from './default-cuda.js';

/** In the order in which they are worth trying: a search may end before the last one. */
export function cudaSeeds(problem: Problem, target: CudaTarget): CudaVariant[] {
  const { m, activation, groupSize } = problem;
  const { forThese, forOthers, rest } = streamSeeds(problem, target);
  const streams = [...forThese, ...forOthers, ...rest];
  const tensors = m > 1 ? tensorSeeds(problem, target) : [];
  // Tensor cores win with many tokens, with none of two and few of four int8 ones.
  const streamsWin = m < 4 || (m === 4 && activation === 'i8');
  const ordered = streamsWin
    ? [...forThese, ...forOthers, ...tensors, ...rest]
    : [...tensors, ...(m > 4 ? forThese : streams)];
  const windows = windowSeeds(problem, streams);
  const withWindows = groupSize < 16 && m === 1 ? [...windows, ...ordered] : [...ordered, ...windows];
  const seeds = [cudaDefault(problem, target), ...sharedScaleSeeds(problem, streams), ...withWindows];
  return seeds.filter((variant) => cudaRejection(problem, variant, target) === undefined);
}

/** Only narrow indices store a scale once for all groups that share it: the best streams with them. */
function sharedScaleSeeds(
  { groupsPerScale = 1 }: Problem,
  streams: readonly CudaStreamVariant[],
): CudaVariant[] {
  if (groupsPerScale === 1) return [];
  return streams.slice(0, 3).map((variant) => ({ ...variant, indexForm: 'narrow' }));
}

/**
 * Where 8 bits do not name every column: the best streams with columns counted from a base of each step. On an H200 with
 * one token they win for 22016 x 4096 in groups of 8, which need twice as many bytes for what is not weights, and for
 * 4096 x 11008 at density 1; at density 0.5 they are as fast there (int8 x) or slower (float16 x).
 */
function windowSeeds({ k, groupSize }: Problem, streams: readonly CudaStreamVariant[]): CudaStreamVariant[] {
  if (k / groupSize <= 256) return [];
  const inRegisters = streams.filter(({ weightLoads }) => weightLoads !== 'bulk');
  return inRegisters
    .slice(0, 3)
    .map((seed) => ({ ...seed, weightLoads: 'streaming', indexForm: 'windowed' }));
}

interface StreamSeeds {
  /** Winners with as many tokens as the problem has: with one, or with several. */
  readonly forThese: readonly CudaStreamVariant[];
  /** Winners with several tokens where the problem has one, and the other way round. */
  readonly forOthers: readonly CudaStreamVariant[];
  readonly rest: readonly CudaStreamVariant[];
}

/** Weights are asked for late only where another kernel may be at work: under dependent launch. */
function streamSeeds(problem: Problem, target: CudaTarget): StreamSeeds {
  const seeds = delayedSeeds(problem, target);
  if (target.computeCapability >= 90) return seeds;
  const undelayed = (variants: readonly CudaStreamVariant[]): CudaStreamVariant[] =>
    variants.map((variant) => ({ ...variant, startDelay: 0, stageInterval: 0 }));
  const { forThese, forOthers, rest } = seeds;
  return { forThese: undelayed(forThese), forOthers: undelayed(forOthers), rest: undelayed(rest) };
}

function delayedSeeds(problem: Problem, target: CudaTarget): StreamSeeds {
  const start = defaultParameters(problem, target);
  const short = shortest(problem, target, start);
  const small: Common = { ...short, weightLoads: 'cached', ctasPerSm: 1, residentGrids: 2 };
  const bulk: Common = { ...short, weightLoads: 'bulk', l2Policy: 'evict_first' };
  const ahead: Common = { ...bulk, warps: 16, ctasPerSm: 1, residentGrids: 2 };
  const late: Common = { ...ahead, prefetch: 2, stageSteps: 4, startDelay: 600 };
  const rowsPerWarp = Math.ceil(problem.n / (target.smCount * 32));
  const wide: Common = { ...start, warps: 16, ctasPerSm: 1, prefetch: 3 };
  const oneRow = { decomposition: 'row_split', rowsPerTeam: 1, warpsPerTeam: 1 } as const;
  const forOne = [
    slices({ ...short, warps: 16, ctasPerSm: 2, prefetch: 3, stageInterval: 800 }, 8),
    slices({ ...short, warps: 8, ctasPerSm: 3, prefetch: 4, stageInterval: 800 }, 8),
    slices(late, 8),
    slices({ ...short, warps: 8, ctasPerSm: 4, prefetch: 3, stageInterval: 1000 }, 8),
    slices({ ...small, warps: 16, prefetch: 4, stageInterval: 800 }, 8),
    slices({ ...short, warps: 8, ctasPerSm: 3, prefetch: 6, stageInterval: 500 }, 8),
    slices({ ...late, prefetch: 1 }, 4),
    slices({ ...late, warps: 12, prefetch: 1 }, 4),
    slices({ ...small, warps: 8, prefetch: 4, startDelay: 1200 }, 4),
    slices({ ...small, warps: 16, prefetch: 2, startDelay: 1200 }, 8),
  ];
  const forSeveral = [
    slices({ ...short, warps: 24, ctasPerSm: 1, prefetch: 2, stageInterval: 500 }, 16),
    slices({ ...short, warps: 24, ctasPerSm: 1, prefetch: 2, stageInterval: 500 }, 8),
    slices({ ...short, warps: 16, ctasPerSm: 2, prefetch: 2, stageInterval: 500 }, 8),
    slices({ ...ahead, prefetch: 3, stageSteps: 2, startDelay: 300 }, 8),
  ];
  const rest: readonly CudaStreamVariant[] = [
    slices({ ...short, warps: 24, ctasPerSm: 1, prefetch: 3, stageInterval: 500 }, 8),
    slices({ ...short, warps: 12, ctasPerSm: 2, prefetch: 2, stageInterval: 500 }, 8),
    slices({ ...short, warps: 8, ctasPerSm: 3, prefetch: 3 }, 8),
    slices({ ...short, warps: 32, ctasPerSm: 1, prefetch: 3, stageInterval: 800 }, 8),
    slices({ ...short, warps: 8, ctasPerSm: 4, prefetch: 3, stageInterval: 800 }, 4),
    slices({ ...late, warps: 12 }, 8),
    slices({ ...small, warps: 8, prefetch: 4, stageInterval: 800 }, 8),
    slices(wide, 2),
    slices({ ...wide, unitElements: eightByteUnit[problem.bits], ctasPerSm: 2 }, 8),
    { ...wide, ...oneRow },
    { ...wide, ...oneRow, weightLoads: 'streaming', ctasPerSm: 2, stageInterval: 800 },
    { ...wide, decomposition: 'row_split', rowsPerTeam: atLeast(rowsPerWarp), warpsPerTeam: 1, ctasPerSm: 2 },
    { ...wide, decomposition: 'task_centric', fixup: 'last_arriver', ctasPerSm: 2 },
    { ...wide, decomposition: 'task_centric', fixup: 'last_arriver', ctasPerSm: 2, stageInterval: 800 },
  ];
  return problem.m === 1
    ? { forThese: forOne, forOthers: forSeveral, rest }
    : { forThese: forSeveral, forOthers: forOne, rest };
}

/** With the index form that takes the fewest bytes. */
function shortest(problem: Problem, target: CudaTarget, start: Common): Common {
  const narrow: Common = { ...start, weightLoads: 'streaming', indexForm: 'narrow' };
  return cudaRejection(problem, slices(narrow, 1), target) === undefined ? narrow : start;
}

function slices(common: Common, rows: RowPermutedVariant['rowsPerSlice']): RowPermutedVariant {
  return { ...common, decomposition: 'row_permuted', rowsPerSlice: rows };
}

function atLeast(rows: number): RowSplitVariant['rowsPerTeam'] {
  return ([1, 2, 3, 4, 5, 6, 8, 11, 12] as const).find((value) => value >= rows) ?? 16;
}

function tensorSeeds(
  problem: Problem,
  { computeCapability }: CudaTarget,
): (MmaColumnsVariant | MmaTilesVariant)[] {
  const pdl = computeCapability >= 90;
  const columns = {
    ...({ target: 'cuda', decomposition: 'mma_columns', pdl } as const),
    ...({ ctasPerSm: 1, residentGrids: 1, columnsPerBatch: 1, prefetch: 4, columnsAhead: 2 } as const),
  };
  const tiles = {
    ...({ target: 'cuda', decomposition: 'mma_tiles', pdl, xLocation: 'global' } as const),
    ...({ warps: 8, ctasPerSm: 2, rowsPerTile: 16 } as const),
  };
  const staged = { ...tiles, warps: 16, ctasPerSm: 1, xLocation: 'shared' } as const;
  const forFew = [
    { ...tiles, prefetch: 8 },
    { ...columns, warps: 24, columnsPerBatch: 2 },
    ...evenTiles(problem, { ...tiles, prefetch: 3 }),
    ...evenTiles(problem, { ...tiles, prefetch: 6 }),
    { ...tiles, prefetch: 4 },
  ] as const;
  const forMany = [
    { ...tiles, prefetch: 2 },
    { ...staged, prefetch: 4 },
    { ...tiles, ctasPerSm: 3, rowsPerTile: 32, prefetch: 1 },
  ] as const;
  const seeds: (MmaColumnsVariant | MmaTilesVariant)[] = [
    ...(problem.m > 4 ? [...forMany, ...forFew] : [...forFew, ...forMany]),
    { ...columns, warps: 24 },
    { ...columns, warps: 16 },
    { ...columns, warps: 16, residentGrids: 2 },
    { ...columns, warps: 32 },
    { ...columns, warps: 12, residentGrids: 2 },
    { ...staged, prefetch: 2 },
    { ...tiles, ctasPerSm: 3, rowsPerTile: 32, prefetch: 2 },
    { ...tiles, warps: 16, prefetch: 2 },
  ];
  return seeds.filter((seed) => seed.decomposition === 'mma_columns' || !hasIdleWarps(problem, seed));
}

/** With the most warps that leave the fewest steps behind the last column, unless these are those of `tiles` anyway. */
function evenTiles(problem: Problem, tiles: MmaTilesVariant): MmaTilesVariant[] {
  const others = [14, 12, 11, 10].map((warps): MmaTilesVariant => ({ ...tiles, warps }));
  const padded = (variant: MmaTilesVariant): number => paddedSteps(problem, variant);
  const best = others.reduce((least, other) => (padded(other) < padded(least) ? other : least), tiles);
  return best === tiles ? [] : [best];
}
