import test, { type ExecutionContext } from 'ava';
import type { KernelManifest, Problem } from '../../generator/index.js';
import { compileKernel } from '../../runtime/index.js';
import { MeasureError } from '../../autotune/measure/error.js';
import type { Candidate, MeasureInvalidity } from '../../autotune/measure/protocol.js';
import { MeasureProcess } from '../../autotune/measure/supervisor.js';
import { scratchDirectory } from '../support/paths.js';
import { plantedKernel, type PlantName } from '../support/planted-kernels.js';

const problem: Problem = {
  op: 'gemv',
  n: 512,
  k: 256,
  m: 1,
  bits: 4,
  groupSize: 16,
  density: 0.5,
  activation: 'f32',
  output: 'f32',
  epilogue: 'none',
};
const protocol = { samples: 3, cache: 'hot', sampleUs: 50 } as const;
/** Short where candidates hang; long where they do not, as cold copies fill a last-level cache of any size. */
const soon = 1500;
const late = 60_000;

async function compiled(
  t: ExecutionContext,
  name: PlantName,
  changes: Partial<KernelManifest> = {},
): Promise<Candidate> {
  const kernel = plantedKernel(name, changes);
  const outcome = await compileKernel(kernel, { cacheDirectory: scratchDirectory(t) });
  if (!outcome.ok) throw new Error(outcome.message);
  return { manifest: kernel.manifest, binaryPath: outcome.binaryPath };
}

async function measuring(t: ExecutionContext, candidateTimeoutMs = soon): Promise<MeasureProcess> {
  const measure = new MeasureProcess('cpu', { candidateTimeoutMs });
  t.teardown(() => {
    measure.close();
  });
  await measure.prepare({ problem, seed: 7, rows: 'binomial' });
  return measure;
}

/** What a planted kernel comes out as, and whether the process had to be started again. */
const plants: readonly {
  name: PlantName;
  invalidity: MeasureInvalidity;
  message: RegExp;
  restarts: number;
}[] = [
  { name: 'hangs', invalidity: 'timeout', message: /sign of life/, restarts: 1 },
  { name: 'crashes', invalidity: 'runtime', message: /SIGSEGV/, restarts: 1 },
  { name: 'writesBehind', invalidity: 'correctness', message: /outside of y .* at byte \d+/, restarts: 0 },
  { name: 'writesBefore', invalidity: 'correctness', message: /outside of y .* at byte -4/, restarts: 0 },
  { name: 'changesInput', invalidity: 'correctness', message: /input x/, restarts: 0 },
  { name: 'wrong', invalidity: 'correctness', message: /relative error/, restarts: 0 },
  { name: 'wrongInOneRow', invalidity: 'correctness', message: /y\[4\]/, restarts: 0 },
  { name: 'forgetsLastRow', invalidity: 'correctness', message: /received NaN/, restarts: 0 },
  { name: 'unstable', invalidity: 'correctness', message: /same bits/, restarts: 0 },
];

for (const { name, invalidity, message, restarts } of plants) {
  test(`a kernel that ${name}: ${invalidity}, and a right one is measured after it`, async (t) => {
    const measure = await measuring(t);
    const result = await measure.verify(await compiled(t, name));
    if (result.ok) return t.fail('it passed');
    t.is(result.invalidity, invalidity);
    t.regex(result.message, message);
    const right = await compiled(t, 'right');
    t.true((await measure.verify(right)).ok);
    const [timed] = await measure.time([right], protocol);
    t.true(timed?.ok);
    t.is(measure.restarts, restarts);
  });
}

test('a kernel that says it is not deterministic may change its last bits', async (t) => {
  const measure = await measuring(t);
  const honest = await compiled(t, 'unstable', { deterministic: false });
  t.true((await measure.verify(honest)).ok);
});

test('a right kernel passes every case', async (t) => {
  const measure = await measuring(t);
  const result = await measure.verify(await compiled(t, 'right'));
  if (!result.ok) return t.fail(result.message);
  t.is(result.cases, 9);
  t.true(result.relativeError < 1e-6);
});

test('candidates that crash or hang while they are timed fail alone', async (t) => {
  const measure = await measuring(t);
  const names = ['right', 'crashes', 'slow', 'hangsWhenLarge', 'wrong'] as const;
  const candidates = await Promise.all(names.map((name) => compiled(t, name)));
  const results = await measure.time(candidates, protocol);
  const outcomes = results.map((result) => (result.ok ? result.samples.length : result.invalidity));
  t.deepEqual(outcomes, [3, 'runtime', 3, 'timeout', 'correctness']);
  t.is(measure.restarts, 2);
});

test('cold and hot timings give the samples asked for and the bytes that a launch moves', async (t) => {
  const measure = await measuring(t, late);
  const candidates = [await compiled(t, 'slow'), await compiled(t, 'right')];
  for (const cache of ['cold', 'hot'] as const) {
    const results = await measure.time(candidates, { ...protocol, cache });
    for (const result of results) {
      if (!result.ok) return t.fail(result.message);
      t.is(result.samples.length, protocol.samples);
      t.true(result.samples.every(({ us }) => us > 0));
      // Dense float32 weights, x and y.
      t.is(result.bytes, 4 * (512 * 256 + 256 + 512));
    }
  }
});

test('weights of some hundred bytes are copied often enough, not until they fill the cache threefold', async (t) => {
  const measure = await measuring(t, late);
  await measure.prepare({ problem: { ...problem, n: 8, k: 16 }, seed: 7, rows: 'even' });
  const [result] = await measure.time([await compiled(t, 'right')], { ...protocol, cache: 'cold' });
  if (result?.ok !== true) return t.fail(result?.message);
  t.is(result.samples.length, protocol.samples);
});

test('a binary that is no kernel, and a symbol that is not there, are run-time failures', async (t) => {
  const measure = await measuring(t);
  const right = await compiled(t, 'right');
  const absent = { ...right, binaryPath: '/nonexistent/kernel.so' };
  t.like(await measure.verify(absent), { ok: false, invalidity: 'runtime' });
  const misnamed = { ...right, manifest: { ...right.manifest, symbol: 'other' } };
  t.like(await measure.verify(misnamed), { ok: false, invalidity: 'runtime' });
  t.true((await measure.verify(right)).ok);
});

test('an unknown device is an error that names the known ones', async (t) => {
  const measure = new MeasureProcess('cuda:77', { candidateTimeoutMs: soon });
  t.teardown(() => {
    measure.close();
  });
  await t.throwsAsync(measure.open(), {
    instanceOf: MeasureError,
    message: /Expected one of .*cpu.*cuda:77/,
  });
});

test('closing ends a request at once', async (t) => {
  const measure = new MeasureProcess('cpu', { candidateTimeoutMs: late });
  await measure.prepare({ problem, seed: 7, rows: 'binomial' });
  const candidate = await compiled(t, 'hangs');
  const running = measure.verify(candidate);
  setTimeout(() => {
    measure.close();
  }, 300);
  await t.throwsAsync(running, { instanceOf: MeasureError, message: /was ended/ });
  await t.throwsAsync(measure.verify(candidate), { instanceOf: MeasureError });
});
