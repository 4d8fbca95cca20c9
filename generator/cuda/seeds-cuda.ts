/** Known-good CUDA variants (measured on an H100, sm_90) from which the search starts. */
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
import { cudaDefault, defaultParameters, eightByteUnit, type Common } from './default-cuda.js';

/** In the order in which they are worth trying: a search may end before the last one. */
export function cudaSeeds(problem: Problem, target: CudaTarget): CudaVariant[] {
  const { m } = problem;
  const [streams, tensors] = [streamSeeds(problem, target), m > 1 ? tensorSeeds(target) : []];
  const ordered =
    m > 4 ? [...tensors, ...streams.slice(0, 4)] : [...streams.slice(0, 4), ...tensors, ...streams.slice(4)];
  const seeds = [cudaDefault(problem, target), ...sharedScaleSeeds(problem, streams), ...ordered];
  return seeds.filter((variant) => cudaRejection(problem, variant, target) === undefined);
}

/** Only narrow indices store a scale once for all groups that share it: the best streams with them. */
function sharedScaleSeeds({ groupsPerScale = 1 }: Problem, streams: CudaStreamVariant[]): CudaVariant[] {
  if (groupsPerScale === 1) return [];
  return streams.slice(0, 3).map((variant) => ({ ...variant, indexForm: 'narrow' }));
}

/** First weights are asked for late only where another kernel may be at work: under dependent launch. */
function streamSeeds(problem: Problem, target: CudaTarget): CudaStreamVariant[] {
  const seeds = delayedSeeds(problem, target);
  return target.computeCapability < 90 ? seeds.map((seed) => ({ ...seed, startDelay: 0 })) : seeds;
}

function delayedSeeds(problem: Problem, target: CudaTarget): CudaStreamVariant[] {
  const start = { ...defaultParameters(problem, target), prefetch: 2 } as const;
  const wide: Common = { ...start, warps: 16 };
  const oneRow = { decomposition: 'row_split', rowsPerTeam: 1, warpsPerTeam: 1 } as const;
  const rows = Math.ceil(problem.n / (target.smCount * 32));
  const bulk: Common = { ...start, weightLoads: 'bulk', l2Policy: 'evict_first' };
  const ahead: Common = { ...bulk, warps: 16, ctasPerSm: 1, residentGrids: 2, prefetch: 3, stageSteps: 2 };
  const late: Common = { ...ahead, prefetch: 2, stageSteps: 4, startDelay: 600 };
  const lateNarrow: Common = { ...late, indexForm: 'narrow' };
  const small: Common = { ...start, ctasPerSm: 1, residentGrids: 2, prefetch: 3, startDelay: 1200 };
  const narrow: Common = { ...start, prefetch: 3, weightLoads: 'streaming', indexForm: 'narrow' };
  const manyWarps = { warps: 24, ctasPerSm: 1 } as const;
  const twoCtas = { warps: 12, ctasPerSm: 2 } as const;
  return [
    slices({ ...narrow, ctasPerSm: 3 }, 8),
    slices(lateNarrow, 8),
    slices({ ...narrow, ...manyWarps, startDelay: 300 }, 8),
    slices({ ...start, warps: 16, ctasPerSm: 2, startDelay: 450 }, 8),
    slices({ ...narrow, ...twoCtas, startDelay: 450 }, 2),
    slices({ ...narrow, warps: 20, ctasPerSm: 1, startDelay: 600 }, 8),
    slices(small, 4),
    slices({ ...start, warps: 20, ctasPerSm: 1 }, 8),
    slices({ ...late, prefetch: 3, stageSteps: 2, startDelay: 300 }, 8),
    slices({ ...late, prefetch: 4, stageSteps: 2 }, 8),
    slices(late, 4),
    slices({ ...lateNarrow, warps: 12 }, 8),
    slices({ ...ahead, warps: 12, stageInterval: 500 }, 8),
    slices({ ...narrow, ...twoCtas, startDelay: 450 }, 8),
    slices({ ...narrow, ...manyWarps, startDelay: 600 }, 16),
    slices({ ...narrow, ...manyWarps, startDelay: 450 }, 4),
    { ...wide, ...oneRow, ctasPerSm: 1, prefetch: 3 },
    slices({ ...narrow, ...manyWarps, prefetch: 2 }, 4),
    slices({ ...late, warps: 12 }, 8),
    slices({ ...narrow, ctasPerSm: 3 }, 16),
    slices(small, 8),
    slices({ ...start, warps: 16, ctasPerSm: 1, prefetch: 3 }, 2),
    slices({ ...start, warps: 32, ctasPerSm: 1 }, 8),
    slices({ ...wide, unitElements: eightByteUnit[problem.bits], prefetch: 3 }, 8),
    { ...wide, ...oneRow, weightLoads: 'streaming' },
    { ...wide, decomposition: 'row_split', rowsPerTeam: atLeast(rows), warpsPerTeam: 1 },
    { ...wide, decomposition: 'task_centric', fixup: 'last_arriver' },
  ];
}

function slices(common: Common, rows: RowPermutedVariant['rowsPerSlice']): RowPermutedVariant {
  return { ...common, decomposition: 'row_permuted', rowsPerSlice: rows, xAhead: 0 };
}

function atLeast(rows: number): RowSplitVariant['rowsPerTeam'] {
  return ([1, 2, 3, 4, 5, 6, 8, 11, 12] as const).find((value) => value >= rows) ?? 16;
}

function tensorSeeds({ computeCapability }: CudaTarget): (MmaColumnsVariant | MmaTilesVariant)[] {
  const pdl = computeCapability >= 90;
  const columns = {
    ...({ target: 'cuda', decomposition: 'mma_columns', pdl } as const),
    ...({ ctasPerSm: 1, prefetch: 4, columnsAhead: 2 } as const),
  };
  const tiles = {
    ...({ target: 'cuda', decomposition: 'mma_tiles', pdl, xLocation: 'global' } as const),
    ...({ warps: 8, ctasPerSm: 2, rowsPerTile: 16 } as const),
  };
  const staged = { ...tiles, warps: 16, ctasPerSm: 1, xLocation: 'shared' } as const;
  return [
    { ...tiles, prefetch: 2 },
    { ...staged, prefetch: 4 },
    { ...columns, warps: 16 },
    { ...tiles, ctasPerSm: 3, rowsPerTile: 32, prefetch: 1 },
    { ...columns, warps: 32 },
    { ...tiles, prefetch: 4 },
    { ...tiles, warps: 16, prefetch: 1 },
    { ...columns, warps: 24 },
    { ...staged, prefetch: 2 },
    { ...tiles, ctasPerSm: 3, prefetch: 3 },
    { ...tiles, warps: 12, prefetch: 1 },
  ];
}
