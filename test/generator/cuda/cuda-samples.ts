/** One CUDA kernel for each shape that generated text takes. */
import type {
  CudaDenseVariant,
  CudaVariant,
  KernelTraits,
  MmaColumnsVariant,
  MmaTilesVariant,
  RowSplitVariant,
} from '../../../generator/index.js';

export const traits: KernelTraits = {
  m: 1,
  bits: 4,
  groupSize: 16,
  activation: 'f16',
  output: 'f16',
  epilogue: 'none',
};

const common = {
  target: 'cuda',
  warps: 16,
  ctasPerSm: 2,
  residentGrids: 1,
  unitElements: 32,
  prefetch: 2,
  xLocation: 'shared',
  math: 'half2',
  indexForm: 'packed',
  groupOrder: 'banks',
  weightLoads: 'streaming',
  l2Policy: 'normal',
  stageSteps: 1,
  startDelay: 0,
  stageInterval: 0,
  pdl: true,
} as const;

export const rowSplit: RowSplitVariant = {
  ...common,
  decomposition: 'row_split',
  rowsPerTeam: 2,
  warpsPerTeam: 1,
};
export const taskCentric = { ...common, decomposition: 'task_centric', fixup: 'last_arriver' } as const;
export const rowPermuted = { ...common, decomposition: 'row_permuted', rowsPerSlice: 4 } as const;
export const dense: CudaDenseVariant = {
  target: 'cuda',
  decomposition: 'dense_rows',
  warps: 8,
  ctasPerSm: 2,
  rowsPerWarp: 2,
  unroll: 2,
  pdl: true,
};

export const mmaColumns: MmaColumnsVariant = {
  target: 'cuda',
  decomposition: 'mma_columns',
  warps: 8,
  ctasPerSm: 1,
  residentGrids: 1,
  columnsPerBatch: 1,
  prefetch: 4,
  columnsAhead: 4,
  pdl: true,
};

export const mmaTiles: MmaTilesVariant = {
  target: 'cuda',
  decomposition: 'mma_tiles',
  warps: 8,
  ctasPerSm: 1,
  prefetch: 4,
  rowsPerTile: 32,
  xLocation: 'shared',
  pdl: true,
};

const int8 = { activation: 'i8', output: 'f16' } as const;
const bfloat = { activation: 'bf16', output: 'bf16' } as const;

/** Decomposition x arithmetic, with bits, group sizes, tokens and epilogues going round. */
const bulk = { weightLoads: 'bulk', prefetch: 3, stageSteps: 4 } as const;

export const kernels: readonly (readonly [KernelTraits, CudaVariant])[] = [
  [traits, rowSplit],
  [
    { ...traits, m: 4, epilogue: 'bias_residual' },
    { ...rowSplit, warps: 8, warpsPerTeam: 4, math: 'f32', indexForm: 'wide' },
  ],
  [
    { ...traits, ...int8, bits: 8, m: 2 },
    { ...rowSplit, math: 'dp4a', unitElements: 8, l2Policy: 'prefetch' },
  ],
  [{ ...traits, groupSize: 64, epilogue: 'residual' }, taskCentric],
  [
    { ...traits, ...int8, bits: 3, groupSize: 128 },
    { ...taskCentric, fixup: 'atomic', math: 'dp4a' },
  ],
  [
    { ...traits, ...bfloat, m: 8, epilogue: 'bias' },
    { ...taskCentric, warps: 8, math: 'f32', weightLoads: 'cached' },
  ],
  [
    { ...traits, bits: 2, groupSize: 4 },
    { ...rowPermuted, rowsPerSlice: 8, warps: 8 },
  ],
  [traits, { ...rowPermuted, ...bulk, residentGrids: 2, ctasPerSm: 1 }],
  [
    traits,
    {
      ...rowPermuted,
      ...bulk,
      stageSteps: 2,
      residentGrids: 2,
      ctasPerSm: 1,
      indexForm: 'narrow',
    },
  ],
  [
    { ...traits, ...int8, bits: 3, m: 2 },
    { ...rowSplit, ...bulk, math: 'dp4a', warpsPerTeam: 2, stageSteps: 1, l2Policy: 'evict_first' },
  ],
  [
    { ...traits, groupSize: 128 },
    { ...taskCentric, ...bulk, warps: 8, unitElements: 32 },
  ],
  [
    { ...traits, ...int8, groupSize: 8 },
    { ...rowPermuted, math: 'dp4a', prefetch: 1 },
  ],
  [
    { ...traits, ...bfloat, bits: 8, groupSize: 32 },
    {
      ...rowPermuted,
      math: 'f32',
      xLocation: 'global',
      groupOrder: 'ascending',
      indexForm: 'wide',
      unitElements: 16,
    },
  ],
  [traits, { ...rowPermuted, warps: 8, unitElements: 32, indexForm: 'narrow' }],
  [
    { ...traits, ...int8 },
    { ...rowPermuted, warps: 8, unitElements: 32, indexForm: 'windowed', math: 'dp4a', stageInterval: 800 },
  ],
  [
    { ...traits, ...int8, bits: 3, groupSize: 8 },
    { ...taskCentric, ...bulk, math: 'dp4a', unitElements: 32, indexForm: 'narrow' },
  ],
  [
    { ...traits, groupsPerScale: 2 },
    { ...rowPermuted, warps: 8, indexForm: 'narrow' },
  ],
  [
    { ...traits, ...int8, groupsPerScale: 4 },
    { ...rowPermuted, ...bulk, math: 'dp4a', indexForm: 'narrow' },
  ],
  [{ ...traits, m: 16 }, mmaColumns],
  [
    { ...traits, ...int8, bits: 8, groupSize: 64, m: 1 },
    { ...mmaColumns, pdl: false },
  ],
  [{ ...traits, m: 16, epilogue: 'bias' }, mmaTiles],
  [
    { ...traits, ...int8, bits: 8, groupSize: 64, m: 2 },
    { ...mmaTiles, warps: 4, rowsPerTile: 16, xLocation: 'global', pdl: false },
  ],
  [{ ...traits, m: 8 }, dense],
  [
    { ...traits, ...bfloat, epilogue: 'bias' },
    { ...dense, rowsPerWarp: 1, pdl: false },
  ],
];
