/** The CUDA variant that is correct for every problem, and the dense kernel that problems are compared with. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type { CudaDenseVariant, RowPermutedVariant, RowSplitVariant } from '../variant.js';
import { cudaRejection } from './constraints.js';
import { streamShape } from './stream-shape.js';

/** What the decompositions of streams have in common. */
export type Common = Omit<RowPermutedVariant, 'decomposition' | 'rowsPerSlice'>;

/** Weights of a unit whose integers are one 8-byte load, or the nearest that the bit width has. */
export const eightByteUnit = { 2: 32, 3: 32, 4: 16, 8: 8 } as const;

/** The fastest arithmetic that keeps the accuracy contract. */
function mathFor({ activation, bits }: Problem): Common['math'] {
  if (activation === 'i8') return 'dp4a';
  return activation === 'f16' && bits !== 8 ? 'half2' : 'f32';
}

/**
 * The variant that is correct for every problem: x from global memory where it does not fit into shared memory, wide
 * indices where the packed ones do not suffice, and row_split where a CTA has so many rows that their sums do not fit
 * either. The baseline for what tuning gains.
 */
export function cudaDefault(problem: Problem, target: CudaTarget): RowPermutedVariant | RowSplitVariant {
  return defaultChoice(problem, target).variant;
}

/** What the default has in common with other decompositions. */
export function defaultParameters(problem: Problem, target: CudaTarget): Common {
  return defaultChoice(problem, target).common;
}

interface Choice {
  readonly common: Common;
  readonly variant: RowPermutedVariant | RowSplitVariant;
}

function defaultChoice(problem: Problem, target: CudaTarget): Choice {
  const parameters = fallbacks(problem, target);
  const choices = [permuted, split].flatMap((decompose) =>
    parameters.map((common): Choice => ({ common, variant: decompose(problem, common) })),
  );
  const fits = ({ variant }: Choice) => cudaRejection(problem, variant, target) === undefined;
  return choices.find(fits) ?? choices[0]!;
}

/** Eight rows side by side, or as many as leave each row the lanes that share a group. */
function permuted(problem: Problem, common: Common): RowPermutedVariant {
  const { lanesPerGroup } = streamShape(problem, common.unitElements);
  const rows = Math.min(8, 32 / lanesPerGroup) as RowPermutedVariant['rowsPerSlice'];
  return { ...common, decomposition: 'row_permuted', rowsPerSlice: rows };
}

/** One row per warp. */
function split(_: Problem, common: Common): RowSplitVariant {
  return { ...common, decomposition: 'row_split', rowsPerTeam: 1, warpsPerTeam: 1 };
}

/** In the order in which they are worth having. */
function fallbacks(problem: Problem, target: CudaTarget): Common[] {
  const unit = eightByteUnit[problem.bits];
  const base: Common = {
    target: 'cuda',
    warps: 8,
    // The sums of many tokens need the registers.
    ctasPerSm: problem.m > 4 ? 1 : 2,
    residentGrids: 1,
    unitElements: (2 * unit) as Common['unitElements'],
    prefetch: problem.m > 2 ? 3 : 4,
    xLocation: 'shared',
    math: mathFor(problem),
    indexForm: 'packed',
    groupOrder: 'banks',
    stageSteps: 1,
    startDelay: 0,
    stageInterval: 0,
    weightLoads: 'cached',
    l2Policy: 'normal',
    pdl: target.computeCapability >= 90,
  };
  const global = { ...base, xLocation: 'global', groupOrder: 'ascending' } as const;
  const withForms = (common: Common): Common[] =>
    (['packed', 'wide'] as const).flatMap((indexForm) => [
      { ...common, indexForm },
      { ...common, indexForm, unitElements: unit, prefetch: 2 },
    ]);
  return [...withForms(base), ...withForms(global)];
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
