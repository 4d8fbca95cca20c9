/** That the runs on the SIMT machine can fail: generated kernels with one line spoilt. */
import test from 'ava';
import { type CudaVariant, generate, type KernelTraits } from '../../../generator/index.js';
import { defaultCompiler } from '../../simt/toolchain.js';
import { limitConcurrency } from '../../support/limit-concurrency.js';
import { commandWorks } from '../../support/run-command.js';
import { findMistakes } from './find-mistakes.js';

const limit = limitConcurrency(2);
/** Installed compilers that the other tests do not use. */
const otherCompilers: string[] = [];
for (const compiler of ['g++', 'clang++'].filter((name) => name !== defaultCompiler)) {
  if (await commandWorks(compiler, ['--version'])) otherCompilers.push(compiler);
}

const traits = { m: 2, bits: 4, groupSize: 16, activation: 'f16', output: 'f32', epilogue: 'bias' } as const;
const common = {
  target: 'cuda',
  warps: 4,
  ctasPerSm: 2,
  residentGrids: 1,
  unitElements: 16,
  prefetch: 2,
  xLocation: 'shared',
  math: 'half2',
  indexForm: 'packed',
  groupOrder: 'ascending',
  weightLoads: 'cached',
  l2Policy: 'normal',
  stageSteps: 1,
  startDelay: 0,
  stageInterval: 0,
  pdl: false,
} as const;
const rowSplit = { ...common, decomposition: 'row_split', rowsPerTeam: 3, warpsPerTeam: 2 } as const;
const taskCentric = { ...common, decomposition: 'task_centric', fixup: 'last_arriver' } as const;
const rowPermuted = { ...common, decomposition: 'row_permuted', rowsPerSlice: 4 } as const;
const tiles = {
  ...({ target: 'cuda', decomposition: 'mma_tiles', warps: 2, ctasPerSm: 1, prefetch: 1 } as const),
  ...({ rowsPerTile: 16, xLocation: 'global', pdl: false } as const),
} as const;
const dp4a = { ...rowSplit, math: 'dp4a', weightLoads: 'streaming' } as const;

interface Spoilt {
  readonly mistake: string;
  readonly variant: CudaVariant;
  readonly changes?: Partial<KernelTraits>;
  readonly line: RegExp | string;
  readonly becomes: string;
  readonly found: RegExp;
}

const spoilt: readonly Spoilt[] = [
  {
    mistake: 'no barrier after x and the table of slices',
    variant: rowPermuted,
    line: '__syncthreads();',
    becomes: '',
    found: /y\[\d+\] is NaN|out of bounds/,
  },
  {
    mistake: 'no barrier after the sums of a team',
    variant: { ...rowSplit, xLocation: 'global' },
    line: '__syncthreads();',
    becomes: '',
    found: /y\[\d+\] is -?\d/,
  },
  {
    mistake: 'no barrier after the sums of slices',
    variant: rowPermuted,
    line: /__syncthreads\(\);(?=\s*if \(token)/,
    becomes: '',
    found: /y\[\d+\] is/,
  },
  {
    mistake: 'no barrier before rows that span CTAs',
    variant: { ...taskCentric, xLocation: 'global' },
    line: '__syncthreads();',
    becomes: '',
    found: /has exited|y\[\d+\] is/,
  },
  {
    mistake: 'half of the warp leaves early',
    variant: rowSplit,
    line: /const Weights weights\{/,
    becomes: 'if (lane >= 16) return;\n  const Weights weights{',
    found: /a shuffle with mask ffffffff, but lane \d+ has exited/,
  },
  {
    mistake: 'the bias of the row before',
    variant: rowPermuted,
    line: 'bias[row]',
    becomes: 'bias[row == 0 ? 0 : row - 1]',
    found: /y\[\d+\] is -?\d/,
  },
  {
    mistake: 'stores one row behind the last',
    variant: rowPermuted,
    line: 'y[index] =',
    becomes: 'y[index + n] =',
    found: /access out of bounds at byte \d+ of buffer 'y'/,
  },
  {
    mistake: 'forgets the scale of int8 x',
    variant: dp4a,
    changes: { activation: 'i8' },
    line: 'value *= x_scale[token];',
    becomes: '',
    found: /y\[\d+\] is -?\d/,
  },
  {
    mistake: 'adds to y instead of storing',
    variant: rowSplit,
    line: 'y[index] =',
    becomes: 'y[index] +=',
    found: /y\[\d+\] is NaN/,
  },
  {
    mistake: 'a tile is put together before all warps have arrived',
    variant: tiles,
    line: /Arrivals\(.*\)\.wait\(.*\);/,
    becomes: '',
    found: /y\[\d+\] is/,
  },
  {
    mistake: 'no barrier before a tile is put together',
    variant: { ...tiles, ctasPerSm: 2 },
    line: '__syncthreads();',
    becomes: '',
    found: /y\[\d+\] is/,
  },
];

for (const { mistake, variant, changes, line, becomes, found } of spoilt) {
  test(`found: ${mistake}`, async (t) => {
    const kernel = generate({ ...traits, ...changes }, variant, 'sm_90');
    const source = kernel.source.replace(line, becomes);
    t.not(source, kernel.source);
    const mistakes = await limit(() => findMistakes({ ...kernel, source }, 7)).catch(String);
    t.regex(String(mistakes), found);
    t.deepEqual(await limit(() => findMistakes(kernel, 7)), []);
  });
}

for (const compiler of otherCompilers) {
  test(`${compiler} agrees`, async (t) => {
    for (const variant of [rowSplit, taskCentric, rowPermuted]) {
      t.deepEqual(await limit(() => findMistakes(generate(traits, variant, 'sm_90'), 3, compiler)), []);
    }
  });
}
