/** The CUDA search space, its default and its starting points. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type {
  CudaDenseVariant,
  CudaStreamVariant,
  CudaVariant,
  RowPermutedVariant,
  RowSplitVariant,
  TaskCentricVariant,
} from '../variant.js';
import { cudaRejection } from './constraints.js';

type Common = Omit<RowPermutedVariant, 'decomposition'>;

const warps = [4, 8, 16, 32] as const;
const ctasPerSm = [1, 2, 3, 4, 6, 8] as const;
const unitElements = [8, 16, 32, 64] as const;
const prefetches = [1, 2, 3, 4] as const;
const locations = ['shared', 'global'] as const;
const indexForms = ['packed', 'wide'] as const;
const weightLoads = ['cached', 'streaming'] as const;
const rowsPerTeam = [1, 2, 3, 4, 5, 6, 8, 11, 12, 16] as const;
const warpsPerTeam = [1, 2, 4, 8] as const;

/** Every combination of parameter values that makes some sense together; cudaRejection judges each. */
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
  for (const math of mathsFor(problem)) {
    for (const unit of unitElements) {
      for (const prefetch of prefetches) {
        for (const index of indexForms) {
          for (const location of locations) {
            for (const loads of weightLoads) {
              for (const [warp, ctas] of residencies(target)) {
                for (const [pdl, l2Prefetch] of dependencyOptions(target)) {
                  yield {
                    target: 'cuda',
                    warps: warp,
                    ctasPerSm: ctas,
                    unitElements: unit,
                    prefetch,
                    xLocation: location,
                    math,
                    indexForm: index,
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
  }
}

function mathsFor({ activation, bits }: Problem): readonly Common['math'][] {
  if (activation === 'i8') return ['dp4a'];
  return activation === 'f16' && bits !== 8 ? ['half2', 'f32'] : ['f32'];
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
    [false, true],
  ];
}

/** Weights of a unit whose integers are one 8-byte load, or the nearest that the bit width has. */
const eightByteUnit = { 2: 32, 3: 32, 4: 16, 8: 8 } as const;

/**
 * The variant that is correct for every problem: x from global memory where it does not fit into shared memory, wide
 * indices where the packed ones do not suffice. The baseline for what tuning gains.
 */
export function cudaDefault(problem: Problem, target: CudaTarget): CudaVariant {
  const common: Common = {
    target: 'cuda',
    warps: 8,
    ctasPerSm: 2,
    unitElements: eightByteUnit[problem.bits],
    prefetch: 1,
    xLocation: 'shared',
    math: mathsFor(problem)[0]!,
    indexForm: 'packed',
    weightLoads: 'streaming',
    l2Prefetch: false,
    pdl: false,
  };
  const base: RowSplitVariant = { ...common, decomposition: 'row_split', rowsPerTeam: 2, warpsPerTeam: 1 };
  const fallbacks: RowSplitVariant[] = [
    base,
    { ...base, indexForm: 'wide' },
    { ...base, xLocation: 'global' },
    { ...base, xLocation: 'global', indexForm: 'wide' },
  ];
  const usable = fallbacks.find((variant) => cudaRejection(problem, variant, target) === undefined);
  return usable ?? base;
}

/** Known-good shapes of launch (measured on an H200, sm_90) from which the search starts. */
export function cudaSeeds(problem: Problem, target: CudaTarget): CudaVariant[] {
  const pdl = target.computeCapability >= 90;
  const units = eightByteUnit[problem.bits];
  const base: Common = { ...commonOf(cudaDefault(problem, target)), warps: 16, ctasPerSm: 2, pdl };
  const double: Common = { ...base, unitElements: (units * 2) as Common['unitElements'] };
  const rows = Math.max(1, Math.ceil(problem.n / (target.smCount * 32)));
  const near = (wanted: number): RowSplitVariant['rowsPerTeam'] =>
    rowsPerTeam.find((value) => value >= wanted) ?? 16;
  const split = (common: Common): RowSplitVariant => ({
    ...common,
    decomposition: 'row_split',
    rowsPerTeam: near(rows),
    warpsPerTeam: 1,
  });
  const task = (common: Common): TaskCentricVariant => ({
    ...common,
    decomposition: 'task_centric',
    fixup: 'last_arriver',
  });
  const seeds: CudaStreamVariant[] = [
    split(base),
    split(double),
    task(base),
    task({ ...double, prefetch: 2 }),
    { ...double, decomposition: 'row_permuted' },
    split({ ...base, warps: 8, ctasPerSm: 3, prefetch: 4 }),
  ];
  return seeds.filter((variant) => cudaRejection(problem, variant, target) === undefined);
}

function commonOf(variant: CudaVariant): Common {
  if (variant.decomposition === 'dense_rows') throw new TypeError('Expected a stream variant');
  const { target, warps, ctasPerSm, unitElements, prefetch, xLocation, math, indexForm, weightLoads, l2Prefetch, pdl } = variant;
  return { target, warps, ctasPerSm, unitElements, prefetch, xLocation, math, indexForm, weightLoads, l2Prefetch, pdl };
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
