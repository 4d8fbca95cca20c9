/**
 * One point of the search space: every choice that turns a problem into one kernel.
 * A discriminated union on `target` and `decomposition` (the mapping of work to CTAs or CPU blocks).
 */
import { z } from 'zod';
import { cpuIsas } from './target.js';

const cudaStream = {
  target: z.literal('cuda'),
  /** Warps per CTA. */
  warps: z.int().min(1).max(32),
  /** CTAs per SM of the grid of persistent decompositions. */
  ctasPerSm: z.literal([1, 2, 3, 4, 6, 8]),
  /**
   * Kernels whose CTAs are meant to be resident on an SM at a time; with ctasPerSm the bound given to ptxas. With 2, the
   * next kernel's CTAs fit beside those of this one, so that its first weights arrive while this one finishes.
   */
  residentGrids: z.literal([1, 2]),
  /** Weights one lane takes per step (a unit): one or more whole groups, or a part of one. */
  unitElements: z.literal([8, 16, 32, 64]),
  /** Steps of a warp (a unit per lane) that are under way in registers or, with bulk copies, stages in shared memory. */
  prefetch: z.literal([1, 2, 3, 4, 6, 8]),
  /** Steps that one bulk copy brings; 1 where there are none. */
  stageSteps: z.literal([1, 2, 4, 8]),
  /**
   * Cycles before a warp asks for its first weights, and between its first `prefetch` requests: the kernel that runs
   * meanwhile is to finish first.
   */
  startDelay: z.literal([0, 300, 450, 600, 1200]).default(0),
  stageInterval: z.literal([0, 300, 500, 800, 1000]).default(0),
  /** Where x lives: planes in shared memory, or read through L1 from global memory. */
  xLocation: z.enum(['shared', 'global']),
  /** half2: products of at most 16 weights in half precision, then float32. f32: float32 throughout. dp4a: int8 x. */
  math: z.enum(['half2', 'f32', 'dp4a']),
  /**
   * packed: {scale 16, index, zero} in one 32-bit word. wide: 16-bit index in the word, zero points apart. narrow: scales,
   * 8-bit indices and 4-bit zero points, each apart: half a byte less per group. windowed: the same for any number of
   * columns, with indices counted from a base of each step. With narrow indices a scale that 2 or 4 groups share is
   * stored once, together with their indices, another 1 or 1.5 bytes less.
   */
  indexForm: z.enum(['packed', 'wide', 'narrow', 'windowed']),
  /** Order of the groups of a row: ascending, or so that neighbouring lanes read x from different banks. */
  groupOrder: z.enum(['ascending', 'banks']),
  /**
   * How weights are loaded: into registers through the read-only path or past L1, or by bulk copies into shared memory
   * (sm_90 and above).
   */
  weightLoads: z.enum(['cached', 'streaming', 'bulk']),
  /**
   * normal: nothing is said. prefetch: a warp first asks for its whole share to be brought into L2 (sm_90 and above).
   * evict_first: bulk copies mark the lines as the first to be replaced.
   */
  l2Policy: z.enum(['normal', 'prefetch', 'evict_first']),
  /** Programmatic dependent launch: first weights are requested before the previous kernel has finished. */
  pdl: z.boolean(),
};

const rowSplit = z.strictObject({
  ...cudaStream,
  decomposition: z.literal('row_split'),
  rowsPerTeam: z.literal([1, 2, 3, 4, 5, 6, 8, 11, 12, 16]),
  /** Warps that share one team's rows. */
  warpsPerTeam: z.literal([1, 2, 4, 8]),
});

const taskCentric = z.strictObject({
  ...cudaStream,
  decomposition: z.literal('task_centric'),
  /** How rows that span CTAs are put together. atomic is not deterministic. */
  fixup: z.enum(['last_arriver', 'atomic']),
});

const rowPermuted = z.strictObject({
  ...cudaStream,
  decomposition: z.literal('row_permuted'),
  /** Rows that a warp multiplies side by side, each with an equal part of its lanes. */
  rowsPerSlice: z.literal([1, 2, 4, 8, 16, 32]),
});

/** Tensor cores: a warp multiplies 16 groups of one or two columns of its rows at a time, with all tokens. */
const mmaColumns = z.strictObject({
  target: z.literal('cuda'),
  decomposition: z.literal('mma_columns'),
  warps: z.int().min(2).max(32),
  ctasPerSm: z.literal([1, 2, 3, 4]),
  /** As of the streams. */
  residentGrids: z.literal([1, 2]).default(1),
  /**
   * Neighbouring columns whose groups may share a batch. With 2, the eight tokens that a tensor core multiplies at a time are
   * four of either column: for 4 tokens at most.
   */
  columnsPerBatch: z.literal([1, 2]).default(1),
  /** Batches of 16 groups of a warp that are under way in registers. */
  prefetch: z.literal([1, 2, 3, 4, 6, 8, 12]),
  /** Columns of x of a warp that are in shared memory or under way. */
  columnsAhead: z.literal([2, 4, 8, 16]),
  pdl: z.boolean(),
});

/** Tensor cores: the warps of a CTA share the columns, and go through its rows tile by tile, with all tokens. */
const mmaTiles = z.strictObject({
  target: z.literal('cuda'),
  decomposition: z.literal('mma_tiles'),
  warps: z.int().min(2).max(32),
  ctasPerSm: z.literal([1, 2, 3, 4]),
  /** Steps of four columns that are under way in registers: a round. */
  prefetch: z.literal([1, 2, 3, 4, 6, 8]),
  /** Rows whose sums a warp has in registers. */
  rowsPerTile: z.literal([16, 32]),
  /** shared: a CTA copies all of x once. global: each tile reads it through L1. */
  xLocation: z.enum(['shared', 'global']),
  pdl: z.boolean(),
});

const cudaDense = z.strictObject({
  target: z.literal('cuda'),
  decomposition: z.literal('dense_rows'),
  warps: z.literal([2, 4, 8, 16]),
  ctasPerSm: z.literal([1, 2, 3, 4]),
  rowsPerWarp: z.literal([1, 2, 4]),
  /** 16-byte loads in flight per lane and row. */
  unroll: z.literal([1, 2, 4]),
  pdl: z.boolean(),
});

const cpuRowBlocks = z.strictObject({
  target: z.literal('cpu'),
  decomposition: z.literal('row_blocks'),
  isa: z.enum(cpuIsas),
  /** f32: float32 x. i8: int8 x with integer dot products. */
  math: z.enum(['f32', 'i8']),
  /** Steps (four vectors of weights each) per pass of the inner loop, each with sums of its own. */
  unroll: z.literal([1, 2, 4]),
  /**
   * How group columns are stored: 16 bits each, or as 4-bit distances, which are decoded with a running sum. `padded`
   * fills rows up to whole steps: more bytes, but no step is shared by two rows.
   */
  order: z.enum(['columns', 'gaps', 'columns_padded', 'gaps_padded']),
  /** Rows per block; 0 cuts one block per thread with equal surviving groups. */
  rowsPerBlock: z.literal([0, 16, 64, 256]),
  /** Bytes ahead of the values being read that are prefetched; 0 leaves it to the hardware. */
  prefetchBytes: z.literal([0, 512, 1024, 2048, 4096]),
});

const cpuDense = z.strictObject({
  target: z.literal('cpu'),
  decomposition: z.literal('dense_rows'),
  isa: z.enum(cpuIsas),
  weights: z.enum(['f32', 'f16']),
  unroll: z.literal([1, 2, 4]),
});

export const variantSchema = z.union([
  rowSplit,
  taskCentric,
  rowPermuted,
  mmaColumns,
  mmaTiles,
  cudaDense,
  cpuRowBlocks,
  cpuDense,
]);

export type RowSplitVariant = z.infer<typeof rowSplit>;
export type TaskCentricVariant = z.infer<typeof taskCentric>;
export type RowPermutedVariant = z.infer<typeof rowPermuted>;
export type MmaColumnsVariant = z.infer<typeof mmaColumns>;
export type MmaTilesVariant = z.infer<typeof mmaTiles>;
export type CudaDenseVariant = z.infer<typeof cudaDense>;
export type CpuRowBlocksVariant = z.infer<typeof cpuRowBlocks>;
export type CpuDenseVariant = z.infer<typeof cpuDense>;

export type CudaStreamVariant = RowSplitVariant | TaskCentricVariant | RowPermutedVariant;
export type CudaVariant = CudaStreamVariant | MmaColumnsVariant | MmaTilesVariant | CudaDenseVariant;
export type CpuVariant = CpuRowBlocksVariant | CpuDenseVariant;
export type Variant = CudaVariant | CpuVariant;
