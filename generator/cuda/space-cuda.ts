/** The CUDA search space, its default and its starting points. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type {
  CudaDenseVariant,
  CudaStreamVariant,
  CudaVariant,
  RowPermutedVariant,
  RowSplitVariant,
} from '../variant.js';
import { cudaRejection } from './constraints.js';

type Common = Omit<RowPermutedVariant, 'decomposition'>;

const warps = [4, 8, 16, 32] as const;
const ctasPerSm = [1, 2, 3, 4, 6, 8] as const;
const unitElements = [8, 16, 32, 64] as const;
const prefetches = [1, 2, 3, 4] as const;
const weightLoads = ['streaming', 'cached'] as const;
const rowsPerTeam = [1, 2, 3, 4, 5, 6, 8, 11, 12, 16] as const;
const warpsPerTeam = [1, 2, 4, 8] as const;

/**
 * The parameter combinations worth looking at; cudaRejection judges each. Left out is what can only lose: float32
 * arithmetic where half2 is exact enough, wide indices where packed ones suffice, x in global memory where it fits
 * into shared memory, and prefetching into L2 without dependent launches.
 */
export function* cudaVariants(problem: Problem, target: CudaTarget): Generator<CudaVariant> {
  for (const common of commonParameters(problem, target)) {
    yield { ...common, decomposition: 'task_centric', fixup: 'last_arriver' };
    yield { ...common, decomposition: 'task_centric', fixup: 'atomic' };
    yield { ...common, decomposition: 'row_permuted' };
    for (const rows of rowsPerTeam) {
      for (const team of warpsPerTeam) {
        yield { ...common, decomposition: 'row_split', rowsPerTeam: rows, warpsPerTeam: team };
      }
    }
  }
}

function* commonParameters(problem: Problem, target: CudaTarget): Generator<Common> {
  const { xLocation, indexForm, math } = defaultParameters(problem, target);
  const groupOrders = xLocation === 'shared' ? (['banks', 'ascending'] as const) : (['ascending'] as const);
  for (const unit of unitElements) {
    for (const prefetch of prefetches) {
      for (const groupOrder of groupOrders) {
        for (const loads of weightLoads) {
          for (const [warp, ctas] of residencies(target)) {
            for (const [pdl, l2Prefetch] of dependencyOptions(target)) {
              yield {
                target: 'cuda',
                warps: warp,
                ctasPerSm: ctas,
                unitElements: unit,
                prefetch,
                xLocation,
                math,
                indexForm,
                groupOrder,
                weightLoads: loads,
                l2Prefetch,
                pdl,
              };
            }
          }
        }
      }
    }
  }
}

/** The fastest arithmetic that keeps the accuracy contract. */
function mathFor({ activation, bits }: Problem): Common['math'] {
  if (activation === 'i8') return 'dp4a';
  return activation === 'f16' && bits !== 8 ? 'half2' : 'f32';
}

function residencies(target: CudaTarget): [Common['warps'], Common['ctasPerSm']][] {
  return warps
    .flatMap((warp) => ctasPerSm.map((ctas): [Common['warps'], Common['ctasPerSm']] => [warp, ctas]))
    .filter(([warp, ctas]) => warp * ctas >= 8 && warp * ctas * 32 <= target.threadsPerSm);
}

function dependencyOptions(target: CudaTarget): [pdl: boolean, l2Prefetch: boolean][] {
  if (target.computeCapability < 90) return [[false, false]];
  return [
    [true, false],
    [true, true],
    [false, false],
  ];
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
    ctasPerSm: 2,
    unitElements: eightByteUnit[problem.bits],
    prefetch: 2,
    xLocation: 'shared',
    math: mathFor(problem),
    indexForm: 'packed',
    groupOrder: 'banks',
    weightLoads: 'streaming',
    l2Prefetch: false,
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
  const base: Common = {
    ...start,
    warps: 16,
  };
  const double: Common = { ...base, unitElements: (base.unitElements * 2) as Common['unitElements'] };
  const resident: Common = { ...double, warps: 8, ctasPerSm: 6 };
  const rows = atLeast(Math.ceil(problem.n / (target.smCount * 32)));
  const seeds = [double, base, resident].flatMap((common): CudaStreamVariant[] => [
    { ...common, decomposition: 'row_permuted' },
    splitRows(common, rows),
    { ...common, decomposition: 'task_centric', fixup: 'last_arriver' },
  ]);
  return seeds.filter((variant) => cudaRejection(problem, variant, target) === undefined);
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
