/** Every CUDA decomposition and arithmetic, run on the SIMT machine against float64. */
import test from 'ava';
import type { CudaDenseVariant, CudaVariant, KernelTraits } from '../../../generator/index.js';
import { generate } from '../../../generator/generate.js';
import { variantName } from '../../../generator/variant-name.js';
import { runSimt } from '../../simt/run-simt.js';
import { defaultCompiler } from '../../simt/toolchain.js';
import { limitConcurrency } from '../../support/limit-concurrency.js';
import { seededRandom } from '../../support/random.js';
import { commandWorks } from '../../support/run-command.js';
import { coveringSample } from './covering-sample.js';
import { accuracyProblem, decode, randomProblem } from './kernel-problem.js';

const problemsPerKernel = 4;
const limit = limitConcurrency(2);
const sample = coveringSample(1, 3000);

/** What is wrong with the kernel on a few random problems, one line each. */
async function findMistakes(
  traits: KernelTraits,
  variant: CudaVariant,
  seed: number,
  compiler?: string,
): Promise<string[]> {
  const kernel = generate(traits, variant, 'sm_90');
  const { manifest } = kernel;
  const random = seededRandom(seed);
  const problems = [];
  for (let i = 0; i < problemsPerKernel; i++) problems.push(await randomProblem(manifest, random));
  const results = await runSimt(
    kernel,
    problems.map((problem) => problem.kernelCase),
    compiler,
  );
  return results.flatMap((launches, i) => {
    const { n, k } = problems[i]!.kernelCase.scalars;
    const mistakes: string[] = [];
    const report = (text: string): void => void mistakes.push(`problem ${i}, n = ${n!}, k = ${k!}: ${text}`);
    const ys = launches.map((launch) => launch.get('y')!);
    for (const [index, launch] of launches.entries()) {
      const problem = accuracyProblem(manifest, decode(ys[index]!, traits.output), problems[i]!);
      if (problem !== undefined) report(`launch ${index}: ${problem}`);
      const left = launch.get('workspace')?.findIndex((byte) => byte !== 0) ?? -1;
      if (left >= 0) report(`launch ${index} leaves byte ${left} of its workspace set`);
    }
    if (manifest.deterministic && Buffer.compare(ys[0]!, ys[1]!) !== 0) report('the second launch differs');
    return mistakes;
  });
}

function titleOf(traits: KernelTraits, variant: CudaVariant): string {
  const { m, bits, groupSize, activation, output, epilogue } = traits;
  return `w${bits}g${groupSize} m${m} ${activation} to ${output}, ${epilogue}: ${variantName(variant)}`;
}

for (const [index, { traits, variant }] of sample.entries()) {
  test(titleOf(traits, variant), async (t) => {
    t.deepEqual(await limit(() => findMistakes(traits, variant, 1000 + index)), []);
  });
}

const denseKernels = [
  { activation: 'f16', m: 1, rowsPerWarp: 1, unroll: 1, output: 'f32', epilogue: 'none' },
  { activation: 'f16', m: 8, rowsPerWarp: 2, unroll: 2, output: 'f16', epilogue: 'bias' },
  { activation: 'bf16', m: 2, rowsPerWarp: 4, unroll: 4, output: 'f32', epilogue: 'bias_residual' },
  { activation: 'bf16', m: 4, rowsPerWarp: 4, unroll: 1, output: 'bf16', epilogue: 'residual' },
] as const;

for (const { rowsPerWarp, unroll, ...traits } of denseKernels) {
  const variant: CudaDenseVariant = {
    target: 'cuda',
    decomposition: 'dense_rows',
    warps: 4,
    ctasPerSm: 2,
    rowsPerWarp,
    unroll,
    pdl: true,
  };
  const full: KernelTraits = { ...traits, bits: 4, groupSize: 16 };
  test(titleOf(full, variant), async (t) => {
    t.deepEqual(await limit(() => findMistakes(full, variant, 1)), []);
  });
}

test('other compilers agree', async (t) => {
  const others = ['g++', 'clang++'].filter((compiler) => compiler !== defaultCompiler);
  for (const compiler of others) {
    if (!(await commandWorks(compiler, ['--version']))) {
      t.log(`${compiler} is not installed`);
      continue;
    }
    for (const [index, { traits, variant }] of sample.slice(0, 4).entries()) {
      t.deepEqual(await limit(() => findMistakes(traits, variant, index, compiler)), []);
    }
  }
  t.pass();
});

test('the sample has every decomposition with every arithmetic, bits, group size and number of tokens', (t) => {
  const has = (check: (kernel: (typeof sample)[number]) => boolean): boolean => sample.some(check);
  for (const decomposition of ['row_split', 'task_centric', 'row_permuted'] as const) {
    for (const { math, activation, bits } of [
      ...[2, 3, 4].map((bits) => ({ math: 'half2', activation: 'f16', bits })),
      ...[2, 3, 4, 8].flatMap((bits) => [
        { math: 'f32', activation: 'f16', bits },
        { math: 'f32', activation: 'bf16', bits },
        { math: 'dp4a', activation: 'i8', bits },
      ]),
    ]) {
      const found = has(
        ({ traits, variant }) =>
          variant.decomposition === decomposition &&
          variant.math === math &&
          traits.activation === activation &&
          traits.bits === bits,
      );
      t.true(found, `${decomposition} ${math} ${activation} ${bits}`);
    }
    for (const groupSize of [4, 8, 16, 32, 64, 128]) {
      t.true(has((kernel) => kernel.variant.decomposition === decomposition && kernel.traits.groupSize === groupSize));
    }
    for (const m of [1, 2, 4, 8]) {
      t.true(has((kernel) => kernel.variant.decomposition === decomposition && kernel.traits.m === m));
    }
  }
});
