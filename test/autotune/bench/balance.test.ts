import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { balanceSchema } from '../../../autotune/bench/balance/balance-file.js';
import { chooseVariants } from '../../../autotune/bench/balance/choose-variants.js';
import { timeDecompositions } from '../../../autotune/bench/balance/time-decompositions.js';
import { ClockRecord, withSession, type Session } from '../../../autotune/bench/session.js';
import { CompilePool } from '../../../autotune/compile/pool.js';
import { MeasureProcess } from '../../../autotune/measure/supervisor.js';
import {
  enumerateVariants,
  knownArchitectures,
  rejectionReason,
  seedVariants,
  variantName,
  type Problem,
} from '../../../generator/index.js';
import { discoverDevices } from '../../../runtime/index.js';
import { scratchDirectory } from '../../support/paths.js';
import { gqsTune, rejected } from './gqs-tune.js';

const problem: Problem = {
  ...{ op: 'gemv', n: 4096, k: 4096, m: 1, bits: 4, groupSize: 16, density: 0.5 },
  ...{ activation: 'f16', output: 'f16', epilogue: 'none' },
};
const target = knownArchitectures['sm_90']!;

test('every decomposition is stood for by its seeds and a sample, each variant once', (t) => {
  const chosen = chooseVariants(problem, target, 24, 0);
  t.deepEqual([...chosen.keys()].sort(), ['row_permuted', 'row_split', 'task_centric']);
  for (const [decomposition, variants] of chosen) {
    t.is(variants.length, 24);
    t.is(new Set(variants.map(variantName)).size, 24);
    for (const variant of variants) {
      t.is(variant.decomposition, decomposition);
      t.is(rejectionReason(problem, variant, target), undefined);
      t.false('fixup' in variant && variant.fixup === 'atomic');
    }
  }
  for (const seed of seedVariants(problem, target))
    t.true(chosen.get(seed.decomposition)!.some((variant) => variantName(variant) === variantName(seed)));
});

test('several tokens may be multiplied by tensor cores as well', (t) => {
  t.true(chooseVariants({ ...problem, m: 8 }, target, 4, 0).has('mma_columns'));
});

test('the same seed chooses the same variants, another seed others, and few are a part of many', (t) => {
  const names = (evaluations: number, seed: number): string[] =>
    chooseVariants(problem, target, evaluations, seed).get('task_centric')!.map(variantName);
  t.deepEqual(names(24, 1), names(24, 1));
  t.notDeepEqual(names(24, 1), names(24, 2));
  t.deepEqual(names(24, 1).slice(0, 8), names(8, 1));
  t.is(names(1, 1).length, 1);
});

test('a space that is smaller than asked for is taken whole', (t) => {
  const space = enumerateVariants({ ...problem, m: 8 }, target).variants;
  const columns = space.filter(({ decomposition }) => decomposition === 'mma_columns');
  const chosen = chooseVariants({ ...problem, m: 8 }, target, space.length, 0).get('mma_columns')!;
  t.deepEqual(chosen.map(variantName).sort(), columns.map(variantName).sort());
});

const cpuDevice = discoverDevices().devices.find(({ kind }) => kind === 'cpu')!;
const cpuProblem: Problem = { ...problem, n: 1024, k: 512, activation: 'f32', output: 'f32' };
const timing = { samples: 3, sampleUs: 200 };

test('the fastest of what was tried is kept, with how many there were', async (t) => {
  const chosen = chooseVariants(cpuProblem, cpuDevice.target, 5, 0);
  const { points, failures } = await withSession(cpuDevice, new AbortController().signal, (session) =>
    timeDecompositions(cpuProblem, 'skewed', chosen, timing, session),
  );
  t.deepEqual(failures, []);
  t.is(points.length, 1);
  const { rows, decomposition, tried, timed, medianUs, leastUs, variant } = points[0]!;
  t.deepEqual([rows, decomposition, tried, timed], ['skewed', 'row_blocks', 5, 5]);
  t.true(medianUs >= leastUs && leastUs > 0);
  t.true(chosen.get('row_blocks')!.map(variantName).includes(variant));
});

/** What a session whose compilers or measuring process fail makes of the problem. */
async function failing(t: ExecutionContext, session: Partial<Session>) {
  const pool = new CompilePool({ cacheDirectory: scratchDirectory(t), timeoutMs: 1 });
  const measure = new MeasureProcess('cpu');
  t.teardown(async () => {
    measure.close();
    await pool.close();
  });
  const signal = new AbortController().signal;
  const whole = { device: cpuDevice, pool, measure, bandwidth: 1e9, clocks: new ClockRecord(), signal };
  const chosen = chooseVariants(cpuProblem, cpuDevice.target, 2, 0);
  return timeDecompositions(cpuProblem, 'even', chosen, timing, { ...whole, ...session });
}

test('a decomposition whose variants do not compile keeps the reason', async (t) => {
  const { points, failures } = await failing(t, {});
  t.deepEqual(points, []);
  t.is(failures.length, 1);
  const { decomposition, tried, reason } = failures[0]!;
  t.deepEqual([decomposition, tried], ['row_blocks', 2]);
  t.regex(reason, /time/);
});

test('a problem that cannot be measured keeps the reason, and the run goes on', async (t) => {
  const measure = new MeasureProcess('cuda:99');
  const { points, failures } = await failing(t, { measure });
  t.deepEqual(points, []);
  t.regex(failures[0]!.reason, /cuda:99/);
});

test('an abort is no failure of a problem', async (t) => {
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(failing(t, { signal }), { message: 'enough' });
});

const cpu = ['bench-balance', '--device', 'cpu', '--shapes', '64x128'] as const;
const bad: Readonly<Record<string, readonly [args: readonly string[], message: RegExp]>> = {
  'unknown rows': [[...cpu, '--rows', 'even,odd'], /even, binomial, skewed for --rows but received "odd"/],
  'several densities': [[...cpu, '--density', '1,0.5'], /one value for --density but received "1,0\.5"/],
  'several group sizes': [[...cpu, '--group-size', '8,16'], /one value for --group-size/],
  'several kinds of x': [[...cpu, '--activation', 'f32,i8'], /one value for --activation/],
  'no evaluations': [[...cpu, '--evaluations', '0'], /at least 1 .*for --evaluations but received "0"/],
  'a seed that is none': [[...cpu, '--seed', '-1'], /for --seed but received "-1"/],
  'a token count without kernels': [[...cpu, '--m', '5'], /for --m but received "5"/],
  'x of GPUs': [[...cpu, '--activation', 'bf16'], /f32 or i8 for --activation on a CPU/],
  'k that groups do not divide': [
    ['bench-balance', '--device', 'cpu', '--shapes', '64x100'],
    /multiple of the group size 16/,
  ],
  'an unknown device': [['bench-balance', '--device', 'tpu'], /for --device but received "tpu"/],
};
for (const [name, [args, message]] of Object.entries(bad)) test(name, rejected, args, message);

test('a run on the CPU', async (t) => {
  const folder = scratchDirectory(t);
  const choice = ['--rows', 'even,skewed', '--evaluations', '4', '--samples', '3'];
  const args = ['bench-balance', '--device', 'cpu', '--shapes', '1024x512', ...choice, '--out', folder];
  const run = await gqsTune(t, args, folder);
  t.is(run.status, 0, run.stderr);
  const file = balanceSchema.parse(JSON.parse(readFileSync(join(folder, 'bench-balance.json'), 'utf8')));
  t.deepEqual(
    file.points.map(({ rows, decomposition, tried }) => [rows, decomposition, tried]),
    [
      ['even', 'row_blocks', 4],
      ['skewed', 'row_blocks', 4],
    ],
  );
  t.deepEqual(file.failures, []);
  t.regex(file.runs[0]!.command, /^npm run bench:balance -- --device cpu/);
  const page = readFileSync(join(folder, 'bench-balance.md'), 'utf8');
  t.regex(page, /## skewed over even rows/);
  t.regex(page, /Nothing can be said of task_centric/);
  t.regex(readFileSync(join(folder, 'bench-balance.svg'), 'utf8'), /^<svg /);
});

test('a run goes on where the last one was ended: what failed is tried again, what has a time is not', async (t) => {
  const folder = scratchDirectory(t);
  const path = join(folder, 'bench-balance.json');
  const read = () => balanceSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const small = ['bench-balance', '--device', 'cpu', '--shapes', '256x512', '--evaluations', '2'];
  const bench = (...more: string[]) =>
    gqsTune(t, [...small, '--samples', '3', '--out', folder, '--resume', ...more], folder);
  t.is((await bench('--rows', 'even,skewed')).status, 0);
  const whole = read();
  const [kept, lost] = whole.points;
  const place = { rows: 'skewed', n: 256, k: 512, decomposition: 'row_blocks', tried: 2 } as const;
  const failures = [{ ...place, reason: 'it crashed' }];
  const runs = [{ ...whole.runs[0]!, finished: false }];
  writeFileSync(path, JSON.stringify({ ...whole, runs, points: [kept], failures }));

  const run = await bench('--rows', 'even,binomial,skewed');
  t.is(run.status, 0, run.stderr);
  const continued = read();
  t.deepEqual(continued.points[0], kept);
  t.deepEqual(
    continued.points.map((point) => [point.rows, point.run]),
    [
      ['even', 0],
      ['binomial', 1],
      ['skewed', 1],
    ],
  );
  t.is(lost!.rows, 'skewed');
  t.deepEqual(continued.failures, []);
  t.deepEqual(
    continued.runs.map(({ finished }) => finished),
    [false, true],
  );
  t.notRegex(run.stdout, /even rows/);
  t.regex(readFileSync(join(folder, 'bench-balance.md'), 'utf8'), /in 2 runs:\n\n- 1 .*\n- 2 /);

  const other = await bench('--seed', '1');
  t.is(other.status, 1);
  t.regex(other.stderr, /load balance .* choiceSeed \(0 there, 1 now\)/);
  t.deepEqual(read(), continued);
});
