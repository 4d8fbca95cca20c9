/** Every CUDA decomposition and arithmetic, run on the SIMT machine against float64. */
import test from 'ava';
import {
  type CudaDenseVariant,
  type CudaVariant,
  generate,
  type KernelTraits,
  type MmaColumnsVariant,
  type MmaTilesVariant,
  variantName,
} from '../../../generator/index.js';
import { limitConcurrency } from '../../support/limit-concurrency.js';
import { coveringSample } from './covering-sample.js';
import { findMistakes } from './find-mistakes.js';

const limit = limitConcurrency(2);
const sample = coveringSample(1, 3000);

function titleOf(traits: KernelTraits, variant: CudaVariant): string {
  const { m, bits, groupSize, activation, output, epilogue } = traits;
  return `w${bits}g${groupSize} m${m} ${activation} to ${output}, ${epilogue}: ${variantName(variant)}`;
}

for (const [index, { traits, variant }] of sample.entries()) {
  test(titleOf(traits, variant), async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(traits, variant, 'sm_90'), 1000 + index)), []);
  });
}

const denseKernels = [
  { activation: 'f16', m: 1, rowsPerWarp: 1, unroll: 1, output: 'f32', epilogue: 'none' },
  { activation: 'f16', m: 8, rowsPerWarp: 2, unroll: 2, output: 'f16', epilogue: 'bias' },
  { activation: 'bf16', m: 2, rowsPerWarp: 4, unroll: 4, output: 'f32', epilogue: 'bias_residual' },
  { activation: 'bf16', m: 4, rowsPerWarp: 4, unroll: 1, output: 'bf16', epilogue: 'residual' },
] as const;

for (const { rowsPerWarp, unroll, ...rest } of denseKernels) {
  const common = { target: 'cuda', decomposition: 'dense_rows', warps: 4, ctasPerSm: 2, pdl: true } as const;
  const variant: CudaDenseVariant = { ...common, rowsPerWarp, unroll };
  const traits: KernelTraits = { ...rest, bits: 4, groupSize: 16 };
  test(titleOf(traits, variant), async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(traits, variant, 'sm_90'), 1)), []);
  });
}

const columnKernels = [
  { bits: 4, groupSize: 16, m: 16, activation: 'f16', output: 'f16', epilogue: 'none' },
  { bits: 4, groupSize: 32, m: 8, activation: 'f16', output: 'f32', epilogue: 'bias_residual' },
  { bits: 4, groupSize: 64, m: 4, activation: 'i8', output: 'f32', epilogue: 'none' },
  { bits: 4, groupSize: 128, m: 2, activation: 'f16', output: 'f32', epilogue: 'bias' },
  { bits: 3, groupSize: 16, m: 1, activation: 'i8', output: 'bf16', epilogue: 'residual' },
  { bits: 2, groupSize: 64, m: 8, activation: 'i8', output: 'f32', epilogue: 'none' },
  { bits: 8, groupSize: 16, m: 4, activation: 'f16', output: 'f32', epilogue: 'none' },
  { bits: 8, groupSize: 128, m: 16, activation: 'i8', output: 'f32', epilogue: 'bias' },
  { bits: 4, groupSize: 16, m: 4, activation: 'f16', output: 'f16', epilogue: 'none' },
  { bits: 4, groupSize: 16, m: 2, activation: 'f16', output: 'f32', epilogue: 'residual' },
] as const;

for (const [index, kernelTraits] of columnKernels.entries()) {
  const variant: MmaColumnsVariant = {
    target: 'cuda',
    decomposition: 'mma_columns',
    warps: ([4, 2, 8] as const)[index % 3]!,
    ctasPerSm: ([1, 2] as const)[index % 2]!,
    residentGrids: index % 2 === 0 ? 2 : 1,
    columnsPerBatch: kernelTraits.m <= 4 && index !== 2 ? 2 : 1,
    prefetch: ([1, 2, 3, 6] as const)[index % 4]!,
    columnsAhead: ([2, 4, 8] as const)[index % 3]!,
    pdl: index % 2 === 0,
  };
  test(titleOf(kernelTraits, variant), async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(kernelTraits, variant, 'sm_90'), 50 + index)), []);
  });
}

const tileKernels = [
  { bits: 4, groupSize: 16, m: 16, activation: 'f16', output: 'f16', epilogue: 'none' },
  { bits: 4, groupSize: 32, m: 8, activation: 'f16', output: 'f32', epilogue: 'bias_residual' },
  { bits: 4, groupSize: 64, m: 4, activation: 'i8', output: 'f32', epilogue: 'none' },
  { bits: 4, groupSize: 128, m: 2, activation: 'f16', output: 'f32', epilogue: 'bias' },
  { bits: 3, groupSize: 16, m: 1, activation: 'i8', output: 'bf16', epilogue: 'residual' },
  { bits: 2, groupSize: 64, m: 8, activation: 'i8', output: 'f32', epilogue: 'none' },
  { bits: 8, groupSize: 16, m: 4, activation: 'f16', output: 'f32', epilogue: 'none' },
  { bits: 8, groupSize: 32, m: 16, activation: 'i8', output: 'f32', epilogue: 'bias' },
  { bits: 4, groupSize: 8, m: 16, activation: 'f16', output: 'f32', epilogue: 'residual' },
  { bits: 2, groupSize: 16, m: 1, activation: 'f16', output: 'f32', epilogue: 'none' },
] as const;

for (const [index, kernelTraits] of tileKernels.entries()) {
  const narrow = kernelTraits.bits === 8 || kernelTraits.groupSize === 128;
  const variant: MmaTilesVariant = {
    target: 'cuda',
    decomposition: 'mma_tiles',
    warps: ([2, 4] as const)[index % 2]!,
    ctasPerSm: ([1, 2] as const)[index % 2]!,
    prefetch: ([1, 2, 3] as const)[index % 3]!,
    rowsPerTile: narrow ? 16 : ([32, 16, 32] as const)[index % 3]!,
    xLocation: index % 3 === 1 ? 'global' : 'shared',
    pdl: index % 2 === 0,
  };
  test(titleOf(kernelTraits, variant), async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(kernelTraits, variant, 'sm_90'), 50 + index)), []);
  });
}

const stream = {
  target: 'cuda',
  indexForm: 'narrow',
  warps: 4,
  ctasPerSm: 1,
  residentGrids: 1,
  startDelay: 0,
  stageInterval: 0,
  xLocation: 'shared',
  groupOrder: 'banks',
  pdl: true,
} as const;
const slices = (rowsPerSlice: 1 | 2 | 4 | 8 | 16 | 32) =>
  ({ decomposition: 'row_permuted', rowsPerSlice }) as const;
const teams = { decomposition: 'row_split', rowsPerTeam: 5, warpsPerTeam: 2 } as const;
const tasks = { decomposition: 'task_centric', fixup: 'last_arriver' } as const;
const cached = { weightLoads: 'cached', l2Policy: 'normal', stageSteps: 1 } as const;
const prefetched = { weightLoads: 'streaming', l2Policy: 'prefetch', stageSteps: 1 } as const;
const bulk = { weightLoads: 'bulk', l2Policy: 'evict_first', stageSteps: 2 } as const;
const half2 = { activation: 'f16', math: 'half2' } as const;
const f32 = { activation: 'bf16', math: 'f32' } as const;
const dp4a = { activation: 'i8', math: 'dp4a' } as const;
/** Two, or four, groups per unit. */
const two = { bits: 4, groupSize: 16, unitElements: 32 } as const;
const four = { bits: 4, groupSize: 8, unitElements: 32 } as const;

/** Groups that share a scale, and how the stream stores it: a unit has one or two of them, or two units share one. */
const sharedScaleKernels = [
  [2, 'shared2', { ...two, ...half2, ...cached, ...slices(8), prefetch: 2, m: 1 }],
  [2, 'shared2', { ...two, ...dp4a, ...bulk, ...slices(4), prefetch: 2, m: 1 }],
  [2, 'shared2', { ...four, ...half2, ...prefetched, ...slices(8), prefetch: 1, m: 1 }],
  [2, 'shared2', { ...four, ...dp4a, ...cached, ...slices(32), prefetch: 2, m: 2 }],
  [2, 'shared2', { ...two, ...dp4a, ...bulk, ...slices(8), bits: 3, prefetch: 1, m: 1 }],
  [2, 'shared2', { ...two, ...half2, ...cached, ...teams, prefetch: 2, m: 1 }],
  [4, 'shared4', { ...two, ...half2, ...bulk, ...slices(8), prefetch: 3, m: 1 }],
  [4, 'shared4', { ...two, ...half2, ...cached, ...slices(16), prefetch: 1, m: 2 }],
  [4, 'shared4', { ...two, ...dp4a, ...cached, ...slices(8), prefetch: 3, m: 1 }],
  [4, 'shared4', { ...two, ...dp4a, ...prefetched, ...slices(2), prefetch: 1, m: 4 }],
  [4, 'shared4', { ...four, ...f32, ...cached, ...slices(8), prefetch: 2, m: 1 }],
  [4, 'shared4', { ...two, ...half2, ...cached, ...slices(1), bits: 2, unitElements: 64, prefetch: 2, m: 1 }],
  [4, 'shared4', { ...four, ...dp4a, ...bulk, ...tasks, prefetch: 2, m: 1 }],
  [4, 'narrow', { ...two, ...half2, ...cached, ...slices(32), prefetch: 2, m: 1 }],
  [4, 'packed', { ...two, ...dp4a, ...cached, ...slices(8), indexForm: 'packed', prefetch: 2, m: 1 }],
] as const;

for (const [index, [groupsPerScale, form, kernel]] of sharedScaleKernels.entries()) {
  const { bits, groupSize, activation, m, ...rest } = kernel;
  const format = { bits, groupSize, groupsPerScale } as const;
  const kernelTraits: KernelTraits = { ...format, m, activation, output: 'f32', epilogue: 'none' };
  const variant: CudaVariant = { ...stream, ...rest };
  test(`scale per ${groupsPerScale} groups: ${titleOf(kernelTraits, variant)}`, async (t) => {
    const generated = generate(kernelTraits, variant, 'sm_90');
    t.like(generated.manifest.layout, { indexForm: form });
    t.deepEqual(await limit(() => findMistakes(generated, 90 + index)), []);
  });
}

/** Columns counted from a base of each step. */
const windowKernels = [
  { ...two, ...half2, ...cached, ...slices(8), prefetch: 3, m: 1 },
  { ...four, ...half2, ...prefetched, ...slices(4), prefetch: 2, m: 2 },
  { ...two, ...dp4a, ...cached, ...slices(1), prefetch: 1, m: 1 },
  { ...four, ...dp4a, ...cached, ...slices(16), bits: 3, prefetch: 2, m: 1 },
  { ...two, ...f32, ...cached, ...slices(32), bits: 2, unitElements: 64, prefetch: 2, m: 1 },
] as const;

for (const [index, kernel] of windowKernels.entries()) {
  const { bits, groupSize, activation, m, ...rest } = kernel;
  const wide: KernelTraits = { bits, groupSize, m, activation, output: 'f32', epilogue: 'none' };
  const variant: CudaVariant = { ...stream, ...rest, indexForm: 'windowed' };
  test(`windows: ${titleOf(wide, variant)}`, async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(wide, variant, 'sm_90'), 160 + index)), []);
  });
}

/** Groups so large that a unit has less than a whole word of what is stored per group. */
const largeGroupKernels = [
  { ...half2, ...bulk, ...slices(2), bits: 4, groupSize: 128, unitElements: 16 },
  { ...dp4a, ...bulk, ...tasks, bits: 2, groupSize: 128, unitElements: 16 },
  { ...half2, ...bulk, ...teams, bits: 4, groupSize: 64, unitElements: 8 },
] as const;

for (const [index, kernel] of largeGroupKernels.entries()) {
  const { bits, groupSize, activation, ...rest } = kernel;
  const large: KernelTraits = { bits, groupSize, m: 1, activation, output: 'f32', epilogue: 'none' };
  const variant: CudaVariant = { ...stream, ...rest, indexForm: 'packed', prefetch: 2 };
  test(`large groups: ${titleOf(large, variant)}`, async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(large, variant, 'sm_90'), 120 + index)), []);
  });
}

/** So many warps that many of them have a part of the same slice. */
const longSliceKernels = [
  { ...half2, ...cached, ...slices(8), prefetch: 1 },
  { ...dp4a, ...bulk, ...slices(16), prefetch: 2 },
] as const;

for (const [index, kernel] of longSliceKernels.entries()) {
  const { activation, ...rest } = kernel;
  const long: KernelTraits = { bits: 4, groupSize: 8, m: 2, activation, output: 'f32', epilogue: 'none' };
  const variant: CudaVariant = { ...stream, ...rest, unitElements: 16, warps: 20 };
  test(`long slices: ${titleOf(long, variant)}`, async (t) => {
    t.deepEqual(await limit(() => findMistakes(generate(long, variant, 'sm_90'), 140 + index)), []);
  });
}

const arithmetics = [
  ...[2, 3, 4].map((bits) => `half2 f16 ${bits}`),
  ...[2, 3, 4, 8].flatMap((bits) => [`f32 f16 ${bits}`, `f32 bf16 ${bits}`, `dp4a i8 ${bits}`]),
];

test('the sample has every decomposition with every arithmetic, bits, group size and number of tokens', (t) => {
  const decompositions = new Map<string, Set<string>>();
  for (const { traits, variant } of sample) {
    const teams = variant.decomposition === 'row_split' && variant.warpsPerTeam > 1 ? ' teams' : '';
    const fixup = variant.decomposition === 'task_centric' ? ` ${variant.fixup}` : '';
    const name = `${variant.decomposition}${teams}${fixup}`;
    const choices = decompositions.get(name) ?? new Set();
    decompositions.set(name, choices);
    choices.add(`${variant.math} ${traits.activation} ${traits.bits}`);
    choices.add(`g${traits.groupSize}`).add(`m${traits.m}`).add(traits.epilogue);
  }
  t.is(decompositions.size, 5);
  const others = ['g4', 'g8', 'g16', 'g32', 'g64', 'g128', 'm1', 'm2', 'm4', 'm8', 'm16'];
  for (const [name, choices] of decompositions) {
    const missing = [...arithmetics, ...others].filter((choice) => !choices.has(choice));
    t.deepEqual(missing, [], name);
  }
});
