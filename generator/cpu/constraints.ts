import type { Problem } from '../problem.js';
import type { CpuTarget } from '../target.js';
import type { CpuRowBlocksVariant, CpuVariant } from '../variant.js';
import { isaTraits } from './isa.js';
import { groupsPerStep } from './layout.js';

/** Why a CPU variant cannot or should not solve a problem; undefined when it can. */
export function cpuRejection(problem: Problem, variant: CpuVariant, target: CpuTarget): string | undefined {
  const { activation, output, m } = problem;
  if (activation !== 'f32' && activation !== 'i8') return `CPU kernels take f32 or i8 x, not ${activation}`;
  if (output !== 'f32') return `CPU kernels write f32, not ${output}`;
  if (!target.isas.includes(variant.isa)) return `the CPU does not run ${variant.isa}`;
  const { sums } = isaTraits[variant.isa];
  // One step at a time is right with any number of tokens, if not fast: nothing else would be left for many.
  if (variant.unroll > 1 && m > 1 && m * variant.unroll > sums) {
    return `${m} tokens times ${variant.unroll} steps need more than the ${sums} sums that fit the registers`;
  }
  if (variant.isa === 'avx512vnni' && (activation !== 'i8' || variant.decomposition === 'dense_rows')) {
    return 'VNNI is of use for integer dot products only; avx512 is the same';
  }
  return variant.decomposition === 'row_blocks' ? rowBlocksRejection(problem, variant) : undefined;
}

function rowBlocksRejection(problem: Problem, variant: CpuRowBlocksVariant): string | undefined {
  const { activation, n, k, groupSize } = problem;
  if (variant.math !== activation) return `${variant.math} arithmetic does not take ${activation} x`;
  const columns = k / groupSize;
  const pass = groupsPerStep(problem, variant) * variant.unroll;
  if (variant.unroll > 1 && pass > columns) {
    return `a pass over ${pass} groups is longer than a row of ${columns}`;
  }
  if (variant.rowsPerBlock >= n)
    return `blocks of ${variant.rowsPerBlock} rows leave one block for ${n} rows`;
  return undefined;
}
