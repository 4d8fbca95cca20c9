/** Work on large matrices: it says that it goes on, and gives what it would give in one piece. */
import test from 'ava';
import { ProblemData } from '../../../autotune/measure/problem-data.js';
import { MeasureServer } from '../../../autotune/measure/server.js';
import type { DenseLayout, KernelTraits, PackedLayout } from '../../../generator/index.js';
import {
  compileKernel,
  dequantiseFloat64,
  fromHalf,
  randomGqsMatrix,
  toHalf,
} from '../../../runtime/index.js';
import { scratchDirectory } from '../../support/paths.js';
import { plantedKernel } from '../../support/planted-kernels.js';

const problem = {
  op: 'gemv',
  n: 3001,
  k: 4096,
  m: 2,
  bits: 4,
  groupSize: 16,
  density: 1,
  activation: 'f32',
  output: 'f32',
  epilogue: 'none',
} as const;
const matrix = randomGqsMatrix({ ...problem, density: 0.9, rows: 'binomial', seed: 3 });
/** Work is done in pieces of at most this many weights. */
const mostSilent = 2 ** 22;
const leastSigns = Math.ceil((problem.n * problem.k) / mostSilent);

/** Counts signs of life. */
class Signs {
  count = 0;
  readonly alive = (): Promise<void> => {
    this.count += 1;
    return Promise.resolve();
  };
}

const layouts = {
  f16: { kind: 'dense', version: 1, type: 'f16' },
  f32: { kind: 'dense', version: 1, type: 'f32' },
} as const satisfies Record<string, DenseLayout>;
const packed: PackedLayout = {
  kind: 'cpu',
  version: 1,
  bits: 4,
  groupSize: 16,
  groupsPerStep: 8,
  math: 'f32',
  order: 'columns',
};
/** Weights as kernels that read the layout multiply by them. */
const kinds: readonly (readonly [string, PackedLayout, (weight: number) => number])[] = [
  ['float16 weights', layouts.f16, (weight) => fromHalf(toHalf(weight))],
  ['float32 weights', layouts.f32, Math.fround],
  ['groups', packed, (weight) => weight],
];

for (const [name, layout, round] of kinds) {
  test(`the reference of a large matrix of ${name} is made with signs of life`, async (t) => {
    const signs = new Signs();
    const traits: KernelTraits = problem;
    const data = new ProblemData(traits, matrix, 5);
    const { y } = await data.reference(layout, signs.alive);
    t.true(signs.count >= leastSigns, `${signs.count}`);
    const { n, k, m } = problem;
    t.is(y.length, m * n);
    const x = new Float32Array(data.inputs.x.slice().buffer);
    const weights = dequantiseFloat64(matrix);
    for (const row of [0, 1023, 1024, 2047, 2048, n - 1]) {
      for (let token = 0; token < m; token++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += round(weights[row * k + i]!) * x[token * k + i]!;
        t.true(Math.abs(y[token * n + row]! - sum) < 1e-9, `row ${row}, token ${token}`);
      }
    }
    const again = signs.count;
    t.is((await data.reference(layout, signs.alive)).y, y);
    t.is(signs.count, again);
  });
}

test('verifying a kernel on a large matrix gives more signs of life than on a small one', async (t) => {
  const kernel = plantedKernel('right');
  const outcome = await compileKernel(kernel, { cacheDirectory: scratchDirectory(t) });
  if (!outcome.ok) return t.fail(outcome.message);
  const candidate = { manifest: kernel.manifest, binaryPath: outcome.binaryPath };
  const signs = new Signs();
  const server = new MeasureServer(signs.alive);
  await server.handle({ kind: 'open', device: 'cpu' });
  const signsWith = async (n: number): Promise<number> => {
    const before = signs.count;
    await server.handle({ kind: 'prepare', problem: { ...problem, n, m: 1 }, seed: 1, rows: 'even' });
    t.like(await server.handle({ kind: 'verify', candidate }), { ok: true });
    return signs.count - before;
  };
  const small = await signsWith(16);
  const large = await signsWith(problem.n);
  // It is multiplied in pieces; packing is one step for all cores.
  t.true(large - small >= leastSigns - 1, `${large} after ${small}`);
});
