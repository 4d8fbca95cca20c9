/** The CUDA search space. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type { CudaVariant, MmaColumnsVariant, MmaTilesVariant, RowSplitVariant } from '../variant.js';
import { hasIdleWarps } from './tiles-shape.js';
import { defaultParameters, eightByteUnit, type Common } from './default-cuda.js';

const warps = [4, 8, 12, 16, 20, 24, 32] as const;
const ctasPerSm = [1, 2, 3, 4, 6, 8] as const;
const prefetchDepths = [1, 2, 3, 4, 6] as const;
const stageCounts = [1, 2, 3, 4] as const;
const stageSteps = [2, 4, 8] as const;
const rowsPerTeam = [1, 2, 3, 4, 5, 6, 8, 11, 12, 16] as const;
const rowsPerSlice = [2, 4, 8, 16] as const;
const warpsPerTeam = [1, 2, 4, 8] as const;
const columnWarps = [4, 8, 12, 16, 20, 24, 28, 32] as const;
const tileWarps = [4, 8, 10, 11, 12, 14, 16, 24, 32] as const;
const tileCtasPerSm = [1, 2, 3, 4] as const;
const batchesAhead = [3, 4, 6, 8, 12] as const;
const columnsAhead = [2, 4, 8] as const;
const columnsPerBatch = [1, 2] as const;
const stepsAhead = [1, 2, 3, 4, 6, 8] as const;
const rowsPerTile = [16, 32] as const;

/**
 * The parameter combinations worth looking at; cudaRejection judges each. Left out is what can only lose: float32
 * arithmetic where half2 is exact enough, wide indices where packed ones suffice, x in global memory where it fits into
 * shared memory, groups in an order that ignores the banks, loads of other than 8 or 16 bytes, fewer than 16 resident
 * warps per SM, launches without programmatic dependence where there is that, deep prefetching into registers of what was
 * prefetched into L2, bulk copies of teams' rows (which begin anywhere), with other decompositions than row_permuted narrow
 * indices and all delays but one interval, so many rows per team that half of the SMs have nothing to do, and more warps
 * than a tile has rounds of steps.
 */
export function* cudaVariants(problem: Problem, target: CudaTarget): Generator<CudaVariant> {
  for (const common of commonParameters(problem, target)) {
    for (const rows of rowsPerSlice) {
      yield { ...common, decomposition: 'row_permuted', rowsPerSlice: rows };
    }
    if (common.indexForm === 'narrow' || common.indexForm === 'windowed' || !isPlain(common)) continue;
    yield { ...common, decomposition: 'task_centric', fixup: 'last_arriver' };
    yield { ...common, decomposition: 'task_centric', fixup: 'atomic' };
    if (common.weightLoads === 'bulk') continue;
    for (const [rows, team] of teams(problem, target, common.warps)) {
      yield { ...common, decomposition: 'row_split', rowsPerTeam: rows, warpsPerTeam: team };
    }
  }
  // Tensor cores multiply 8 tokens at a time, whether there are so many or not: too slow for a single one.
  if (problem.m === 1) return;
  yield* columnVariants(target);
  yield* tileVariants(problem, target);
}

function* columnVariants({ computeCapability }: CudaTarget): Generator<MmaColumnsVariant> {
  const base = { target: 'cuda', decomposition: 'mma_columns', pdl: computeCapability >= 90 } as const;
  for (const warp of columnWarps) {
    for (const ctas of tileCtasPerSm) {
      for (const grids of gridCounts(computeCapability)) {
        for (const prefetch of batchesAhead) {
          for (const ahead of columnsAhead) {
            for (const columns of columnsPerBatch) {
              yield {
                ...{ ...base, warps: warp, ctasPerSm: ctas, residentGrids: grids },
                ...{ columnsPerBatch: columns, prefetch, columnsAhead: ahead },
              };
            }
          }
        }
      }
    }
  }
}

function* tileVariants(problem: Problem, { computeCapability }: CudaTarget): Generator<MmaTilesVariant> {
  const base = { target: 'cuda', decomposition: 'mma_tiles', pdl: computeCapability >= 90 } as const;
  for (const warp of tileWarps) {
    for (const ctas of tileCtasPerSm) {
      for (const prefetch of stepsAhead) {
        if (hasIdleWarps(problem, { warps: warp, prefetch })) continue;
        for (const rows of rowsPerTile) {
          for (const xLocation of ['shared', 'global'] as const) {
            yield { ...base, warps: warp, ctasPerSm: ctas, prefetch, rowsPerTile: rows, xLocation };
          }
        }
      }
    }
  }
}

function* commonParameters(problem: Problem, target: CudaTarget): Generator<Common> {
  const start = defaultParameters(problem, target);
  const smallest = eightByteUnit[problem.bits];
  for (const unit of [smallest, 2 * smallest] as Common['unitElements'][]) {
    for (const loads of loadPaths(target)) {
      for (const residency of residencies(target, loads)) {
        for (const indexForm of indexForms(start, problem)) {
          yield { ...start, ...loads, ...residency, unitElements: unit, indexForm };
        }
      }
    }
  }
}

/** Wide indices only where packed ones do not suffice, windows only where 8 bits do not name every column. */
function indexForms({ indexForm }: Common, { k, groupSize }: Problem): Common['indexForm'][] {
  return [indexForm, k / groupSize > 256 ? 'windowed' : 'narrow'];
}

/** Without a delay, or with the interval that other decompositions than row_permuted have. */
function isPlain({ startDelay, stageInterval }: Common): boolean {
  return startDelay === 0 && (stageInterval === 0 || stageInterval === 800);
}

type LoadPath = Pick<
  Common,
  'weightLoads' | 'prefetch' | 'stageSteps' | 'startDelay' | 'stageInterval' | 'l2Policy' | 'residentGrids'
>;

type Delays = Pick<Common, 'startDelay' | 'stageInterval'>;
const undelayed: Delays = { startDelay: 0, stageInterval: 0 };
const bulkDelays = delays([300, 600], [500]);
const registerDelays = delays([300, 450, 600, 1200], [300, 500, 800, 1000]);

/** Either kind by itself: what is late already has little to gain from intervals. */
function delays(starts: readonly Delays['startDelay'][], intervals: readonly Delays['stageInterval'][]) {
  return [
    undelayed,
    ...starts.map((startDelay): Delays => ({ ...undelayed, startDelay })),
    ...intervals.map((stageInterval): Delays => ({ ...undelayed, stageInterval })),
  ];
}

/** Of residentGrids: two kernels beside each other need dependent launch. */
function gridCounts(computeCapability: number): readonly (1 | 2)[] {
  return computeCapability < 90 ? [1] : [1, 2];
}

/** Bulk copies need compute capability 9.0, as dependent launch does. */
function loadPaths({ computeCapability }: CudaTarget): LoadPath[] {
  const grids = gridCounts(computeCapability);
  const registers = (['streaming', 'cached'] as const).flatMap((weightLoads) =>
    prefetchDepths.flatMap((prefetch) =>
      grids.flatMap((residentGrids) =>
        (computeCapability < 90 ? [undelayed] : registerDelays).map((delay): LoadPath => {
          return { ...delay, weightLoads, prefetch, stageSteps: 1, l2Policy: 'normal', residentGrids };
        }),
      ),
    ),
  );
  if (computeCapability < 90) return registers;
  const bulk = stageSteps.flatMap((steps) =>
    stageCounts.flatMap((prefetch) =>
      grids.flatMap((residentGrids) =>
        bulkDelays.map((delay): LoadPath => {
          return {
            ...delay,
            ...{ weightLoads: 'bulk', prefetch, stageSteps: steps, l2Policy: 'evict_first', residentGrids },
          };
        }),
      ),
    ),
  );
  const prefetched: LoadPath = { ...registers[0]!, l2Policy: 'prefetch' };
  return [...registers, prefetched, ...bulk];
}

/** Rows and warps of the teams of row_split that leave at most half of the SMs idle; the smallest in any case. */
function teams(
  { n }: Problem,
  { smCount }: CudaTarget,
  warpsPerCta: number,
): [RowSplitVariant['rowsPerTeam'], RowSplitVariant['warpsPerTeam']][] {
  return rowsPerTeam.flatMap((rows) =>
    warpsPerTeam
      .filter((team) => rows === 1 || Math.ceil((n * team) / (rows * warpsPerCta)) * 2 >= smCount)
      .map((team): [typeof rows, typeof team] => [rows, team]),
  );
}

type Residency = Pick<Common, 'warps' | 'ctasPerSm'>;

/** At least 16 warps per SM, of all grids. */
function residencies({ threadsPerSm }: CudaTarget, { residentGrids }: LoadPath): Residency[] {
  return warps.flatMap((warp) =>
    ctasPerSm
      .map((ctas): Residency => ({ warps: warp, ctasPerSm: ctas }))
      .filter(({ ctasPerSm: ctas }) => {
        const resident = warp * ctas * residentGrids;
        return resident >= 16 && resident * 32 <= threadsPerSm;
      }),
  );
}
