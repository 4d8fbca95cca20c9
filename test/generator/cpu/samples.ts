/** Problems, targets and variants for the tests of CPU kernels. */
import type { CpuRowBlocksVariant, CpuTarget, KernelTraits, Problem } from '../../../generator/index.js';

/** A CPU that runs everything, whatever this one does. */
export const everyIsa: CpuTarget = {
  kind: 'cpu',
  isas: ['portable', 'avx2', 'avx512', 'avx512vnni'],
  cores: 2,
  l2Bytes: 1 << 20,
  llcBytes: 32 << 20,
};

export const traits: KernelTraits = {
  m: 1,
  bits: 4,
  groupSize: 16,
  activation: 'i8',
  output: 'f32',
  epilogue: 'none',
};

export const problem: Problem = { ...traits, op: 'gemv', n: 4096, k: 4096, density: 0.5 };

export const variant: CpuRowBlocksVariant = {
  target: 'cpu',
  decomposition: 'row_blocks',
  isa: 'avx512vnni',
  math: 'i8',
  unroll: 2,
  order: 'gaps',
  rowsPerBlock: 0,
  prefetchBytes: 1024,
};
