/** Which CPU variants there are, and where to begin. */
import type { Problem } from '../problem.js';
import type { CpuIsa, CpuTarget } from '../target.js';
import type { CpuDenseVariant, CpuRowBlocksVariant } from '../variant.js';
import { cpuRejection } from './constraints.js';

const unrolls = [1, 2, 4] as const;
const orders = ['columns', 'gaps', 'columns_padded', 'gaps_padded'] as const;
const rowsPerBlocks = [0, 16, 64, 256] as const;
const prefetches = [0, 512, 1024, 2048, 4096] as const;

/** The whole grid, unfiltered. */
export function cpuVariants(problem: Problem, target: CpuTarget): CpuRowBlocksVariant[] {
  const variants: CpuRowBlocksVariant[] = [];
  for (const isa of target.isas)
    for (const unroll of unrolls)
      for (const order of orders)
        for (const rowsPerBlock of rowsPerBlocks)
          for (const prefetchBytes of prefetches) {
            variants.push({ ...base(problem, isa), unroll, order, rowsPerBlock, prefetchBytes });
          }
  return variants;
}

/** Right for every problem that a CPU kernel can solve: one step at a time, equal shares, plain columns. */
export function cpuDefault(problem: Problem, target: CpuTarget): CpuRowBlocksVariant {
  return base(problem, widestIsa(target, problem.activation === 'i8'));
}

/** Variants that were fast elsewhere, those that do not fit the problem left out. */
export function cpuSeeds(problem: Problem, target: CpuTarget): CpuRowBlocksVariant[] {
  const start = cpuDefault(problem, target);
  const seeds: CpuRowBlocksVariant[] = [
    { ...start, order: 'gaps_padded' },
    { ...start, order: 'gaps_padded', prefetchBytes: 1024 },
    { ...start, order: 'gaps', prefetchBytes: 1024 },
    { ...start, order: 'gaps', unroll: 2, prefetchBytes: 2048 },
    { ...start, order: 'gaps', unroll: 2 },
    { ...start, order: 'columns', unroll: 2 },
    { ...start, order: 'gaps', rowsPerBlock: 64 },
  ];
  return seeds.filter((seed) => cpuRejection(problem, seed, target) === undefined);
}

/** The dense baseline: float16 weights, which are the smaller ones, where the CPU converts them itself. */
export function cpuDense(problem: Problem, target: CpuTarget): CpuDenseVariant {
  const isa = widestIsa(target, false);
  const weights = isa === 'portable' ? 'f32' : 'f16';
  return { target: 'cpu', decomposition: 'dense_rows', isa, weights, unroll: problem.m > 4 ? 1 : 2 };
}

function base(problem: Problem, isa: CpuIsa): CpuRowBlocksVariant {
  return {
    target: 'cpu',
    decomposition: 'row_blocks',
    isa,
    math: problem.activation === 'i8' ? 'i8' : 'f32',
    unroll: 1,
    order: 'columns',
    rowsPerBlock: 0,
    prefetchBytes: 0,
  };
}

/** The last one of the target that is of use: VNNI only for integers. */
function widestIsa(target: CpuTarget, integer: boolean): CpuIsa {
  return target.isas.findLast((isa) => integer || isa !== 'avx512vnni') ?? 'portable';
}
