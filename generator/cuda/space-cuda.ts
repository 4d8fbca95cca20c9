/** The CUDA search space, its default and its starting points. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type {
  CudaDenseVariant,
  CudaVariant,
  MmaColumnsVariant,
  MmaTilesVariant,
  RowPermutedVariant,
  RowSplitVariant,
} from '../variant.js';
import { cudaRejection } from './constraints.js';

type Common = Omit<RowPermutedVariant, 'decomposition' | 'rowsPerSlice'>;

const warps = [4, 8, 12, 16, 32] as const;
const ctasPerSm = [1, 2, 3, 4, 6, 8] as const;
const unitElements = [8, 16, 32, 64] as const;
const prefetchDepths = [1, 2, 3, 4, 6] as const;
const stageCounts = [1, 2, 3, 4] as const;
const stageSteps = [2, 4, 8] as const;
const rowsPerTeam = [1, 2, 3, 4, 5, 6, 8, 11, 12, 16] as const;
const rowsPerSlice = [2, 4, 8, 16] as const;
const warpsPerTeam = [1, 2, 4, 8] as const;
const tileWarps = [4, 8, 12, 16, 24, 32] as const;
const tileCtasPerSm = [1, 2, 3, 4] as const;
const batchesAhead = [3, 4, 6, 8, 12] as const;
const columnsAhead = [2, 4, 8] as const;
const groupsAhead = [2, 3, 4, 6, 8] as const;
const rowsPerTile = [16, 32] as const;
const chunkColumns = [4, 8, 16, 32] as const;

/**
 * The parameter combinations worth looking at; cudaRejection judges each. Left out is what can only lose: float32
 * arithmetic where half2 is exact enough, wide indices where packed ones suffice, x in global memory where it fits
 * into shared memory, groups in an order that ignores the banks, loads of less than 8 bytes, fewer than 16 warps per
 * SM, launches without programmatic dependence where there is that, deep prefetching into registers of what was
 * prefetched into L2, bulk copies of teams' rows (which begin anywhere), narrow indices with other decompositions than
 * row_permuted, and so many rows per team that half of the SMs have nothing to do.
 */
export function* cudaVariants(problem: Problem, target: CudaTarget): Generator<CudaVariant> {
  for (const common of commonParameters(problem, target)) {
    for (const rows of rowsPerSlice) yield { ...common, decomposition: 'row_permuted', rowsPerSlice: rows };
    if (common.indexForm === 'narrow') continue;
    yield { ...common, decomposition: 'task_centric', fixup: 'last_arriver' };
    yield { ...common, decomposition: 'task_centric', fixup: 'atomic' };
    if (common.weightLoads === 'bulk') continue;
    for (const [rows, team] of teams(problem, target, common.warps)) {
      yield { ...common, decomposition: 'row_split', rowsPerTeam: rows, warpsPerTeam: team };
    }
  }
  yield* columnVariants(target);
  yield* tileVariants(target);
}

function* columnVariants({ computeCapability }: CudaTarget): Generator<MmaColumnsVariant> {
  const base = { target: 'cuda', decomposition: 'mma_columns', pdl: computeCapability >= 90 } as const;
  for (const warp of tileWarps) {
    for (const ctas of tileCtasPerSm) {
      for (const prefetch of batchesAhead) {
        for (const ahead of columnsAhead) {
          yield { ...base, warps: warp, ctasPerSm: ctas, prefetch, columnsAhead: ahead };
        }
      }
    }
  }
}

function* tileVariants({ computeCapability }: CudaTarget): Generator<MmaTilesVariant> {
  const base = { target: 'cuda', decomposition: 'mma_tiles', pdl: computeCapability >= 90 } as const;
  for (const warp of tileWarps) {
    for (const ctas of tileCtasPerSm) {
      for (const prefetch of groupsAhead) {
        for (const rows of rowsPerTile) {
          for (const chunk of chunkColumns) {
            for (const xLocation of ['shared', 'global'] as const) {
              const cut = { rowsPerTile: rows, chunkColumns: chunk, xLocation };
              yield { ...base, warps: warp, ctasPerSm: ctas, prefetch, ...cut };
            }
          }
        }
      }
    }
  }
}

function* commonParameters(problem: Problem, target: CudaTarget): Generator<Common> {
  const start = defaultParameters(problem, target);
  const smallest = eightByteUnit[problem.bits];
  for (const unit of unitElements.filter((elements) => elements >= smallest)) {
    for (const loads of loadPaths(target)) {
      for (const residency of residencies(target)) {
        for (const indexForm of indexForms(start)) {
          yield { ...start, ...loads, ...residency, unitElements: unit, indexForm };
        }
      }
    }
  }
}

/** Wide indices only where nothing else will do. */
function indexForms({ indexForm }: Common): Common['indexForm'][] {
  return indexForm === 'packed' ? ['packed', 'narrow'] : [indexForm];
}

type LoadPath = Pick<Common, 'weightLoads' | 'prefetch' | 'stageSteps' | 'l2Policy' | 'residentGrids'>;

/** Two kernels fit beside each other only where the weights that are under way do not lie in registers. */
function loadPaths({ computeCapability }: CudaTarget): LoadPath[] {
  const registers = (['streaming', 'cached'] as const).flatMap((weightLoads) =>
    prefetchDepths.map((prefetch): LoadPath => ({
      weightLoads,
      prefetch,
      stageSteps: 1,
      l2Policy: 'normal',
      residentGrids: 1,
    })),
  );
  if (computeCapability < 90) return registers;
  const bulk = stageSteps.flatMap((steps) =>
    stageCounts.flatMap((prefetch) =>
      ([1, 2] as const).map((residentGrids): LoadPath => {
        return { weightLoads: 'bulk', prefetch, stageSteps: steps, l2Policy: 'evict_first', residentGrids };
      }),
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

/** The fastest arithmetic that keeps the accuracy contract. */
function mathFor({ activation, bits }: Problem): Common['math'] {
  if (activation === 'i8') return 'dp4a';
  return activation === 'f16' && bits !== 8 ? 'half2' : 'f32';
}

type Residency = Pick<Common, 'warps' | 'ctasPerSm'>;

/** At least 16 warps per SM. */
function residencies({ threadsPerSm }: CudaTarget): Residency[] {
  return warps.flatMap((warp) =>
    ctasPerSm
      .map((ctas): Residency => ({ warps: warp, ctasPerSm: ctas }))
      .filter(({ ctasPerSm: ctas }) => warp * ctas >= 16 && warp * ctas * 32 <= threadsPerSm),
  );
}

/** Weights of a unit whose integers are one 8-byte load, or the nearest that the bit width has. */
const eightByteUnit = { 2: 32, 3: 32, 4: 16, 8: 8 } as const;

/**
 * The variant that is correct for every problem: x from global memory where it does not fit into shared memory, wide
 * indices where the packed ones do not suffice. The baseline for what tuning gains.
 */
export function cudaDefault(problem: Problem, target: CudaTarget): RowSplitVariant {
  return splitRows(defaultParameters(problem, target), 2);
}

function splitRows(common: Common, rows: RowSplitVariant['rowsPerTeam']): RowSplitVariant {
  return { ...common, decomposition: 'row_split', rowsPerTeam: rows, warpsPerTeam: 1 };
}

function defaultParameters(problem: Problem, target: CudaTarget): Common {
  const base: Common = {
    target: 'cuda',
    warps: 8,
    // The sums of 16 tokens need the registers.
    ctasPerSm: problem.m > 8 ? 1 : 2,
    residentGrids: 1,
    unitElements: eightByteUnit[problem.bits],
    prefetch: 2,
    xLocation: 'shared',
    math: mathFor(problem),
    indexForm: 'packed',
    groupOrder: 'banks',
    stageSteps: 1,
    weightLoads: 'streaming',
    l2Policy: 'normal',
    pdl: target.computeCapability >= 90,
  };
  const global = { ...base, xLocation: 'global', groupOrder: 'ascending' } as const;
  const fallbacks: Common[] = [
    base,
    { ...base, indexForm: 'wide' },
    global,
    { ...global, indexForm: 'wide' },
  ];
  const fits = (common: Common) => cudaRejection(problem, splitRows(common, 2), target) === undefined;
  return fallbacks.find(fits) ?? base;
}

/** Known-good shapes of launch (measured on an H200, sm_90) from which the search starts. */
export function cudaSeeds(problem: Problem, target: CudaTarget): CudaVariant[] {
  const start = defaultParameters(problem, target);
  const base: Common = { ...start, warps: 16, weightLoads: 'cached' };
  const double: Common = { ...base, unitElements: (base.unitElements * 2) as Common['unitElements'] };
  const bulk: Common = { ...start, weightLoads: 'bulk', stageSteps: 4, l2Policy: 'evict_first' };
  const rows = atLeast(Math.ceil(problem.n / (target.smCount * 32)));
  const seeds: CudaVariant[] = [
    permuteRows(double, 8),
    permuteRows(base, 8),
    permuteRows({ ...double, indexForm: 'narrow' }, 8),
    splitRows(double, rows),
    { ...double, decomposition: 'task_centric', fixup: 'last_arriver' },
  ];
  if (target.computeCapability >= 90) {
    seeds.push(
      permuteRows({ ...double, warps: 12 }, 4),
      permuteRows({ ...double, warps: 8, prefetch: 3 }, 8),
      permuteRows({ ...bulk, warps: 16, ctasPerSm: 1, residentGrids: 2 }, 8),
      permuteRows({ ...bulk, unitElements: double.unitElements }, 8),
      permuteRows({ ...bulk, unitElements: double.unitElements, indexForm: 'narrow' }, 8),
    );
  }
  if (problem.m > 1) {
    const tiles = {
      target: 'cuda',
      decomposition: 'mma_tiles',
      prefetch: 4,
      rowsPerTile: 32,
      chunkColumns: 8,
      xLocation: 'shared',
      pdl: start.pdl,
    } as const;
    const columns = {
      target: 'cuda',
      decomposition: 'mma_columns',
      ctasPerSm: 1,
      prefetch: 6,
      columnsAhead: 4,
      pdl: start.pdl,
    } as const;
    seeds.push(
      { ...columns, warps: 16 },
      { ...columns, warps: 32, prefetch: 4, columnsAhead: 2 },
      { ...tiles, warps: 16, ctasPerSm: 1 },
      { ...tiles, warps: 16, ctasPerSm: 1, xLocation: 'global' },
      { ...tiles, warps: 8, ctasPerSm: 2, chunkColumns: 16 },
    );
  }
  return seeds.filter((variant) => cudaRejection(problem, variant, target) === undefined);
}

function permuteRows(common: Common, rows: RowPermutedVariant['rowsPerSlice']): RowPermutedVariant {
  return { ...common, decomposition: 'row_permuted', rowsPerSlice: rows };
}

function atLeast(rows: number): RowSplitVariant['rowsPerTeam'] {
  return rowsPerTeam.find((value) => value >= rows) ?? 16;
}

/** The dense float16 GEMV a problem is compared with. It multiplies float16 x where the problem's x is int8. */
export function cudaDense(problem: Problem, target: CudaTarget): CudaDenseVariant {
  return {
    target: 'cuda',
    decomposition: 'dense_rows',
    warps: 8,
    ctasPerSm: 2,
    rowsPerWarp: problem.m > 4 ? 1 : 2,
    unroll: problem.m > 2 ? 2 : 4,
    pdl: target.computeCapability >= 90,
  };
}
