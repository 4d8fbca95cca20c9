import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { benchSchema } from '../../../autotune/bench/bench-file.js';
import { scratchDirectory } from '../../support/paths.js';
import { gqsTune, rejected } from './gqs-tune.js';

const cpu = ['bench', '--device', 'cpu', '--shapes', '64x128'] as const;
const bad: Readonly<Record<string, readonly [args: readonly string[], message: RegExp]>> = {
  'a list of densities': [[...cpu, '--density', '1,0.5'], /one value for --density but received "1,0\.5"/],
  'a density above 1': [[...cpu, '--density', '2'], /at most 1 for --density but received "2"/],
  'three groups per scale': [
    [...cpu, '--groups-per-scale', '3'],
    /among 1, 2, 4 for --groups-per-scale but received "3"/,
  ],
  'unknown rows': [[...cpu, '--rows', 'zigzag'], /even, binomial, skewed for --rows but received "zigzag"/],
  'no tokens': [[...cpu, '--m', '0'], /at least 1 and at most 64 for --m but received "0"/],
  'too many tokens': [[...cpu, '--m', '1,65'], /at most 64 for --m but received "65"/],
  'an unknown device': [['bench', '--device', 'tpu'], /cpu for --device but received "tpu"/],
  'too few samples': [[...cpu, '--samples', '2'], /at least 3 .* for --samples but received "2"/],
  'malformed shapes': [['bench', '--device', 'cpu', '--shapes', '64'], /NxK pairs such as/],
  'k that groups do not divide': [
    ['bench', '--device', 'cpu', '--shapes', '64x100'],
    /multiple of the group size 16 for layer 64x100/,
  ],
  'a layer that no memory holds': [
    ['bench', '--device', 'cpu', '--shapes', '9999999x1048576'],
    /Leave the layer out/,
  ],
  'no folder': [[...cpu, '--out', ''], /a folder for --out but received ""/],
  'no folder of winners': [[...cpu, '--results', ' '], /a folder for --results but received ""/],
  'an unknown option': [[...cpu, '--fast'], /unknown option '--fast'/],
};
for (const [name, [args, message]] of Object.entries(bad)) test(name, rejected, args, message);

test('ours are measured on the CPU, and the GPU peers are not', async (t) => {
  const folder = scratchDirectory(t);
  const out = join(folder, 'bench');
  const shapes = ['--shapes', '768x1024,1024x512', '--m', '1,3,1', '--samples', '3'];
  const run = await gqsTune(t, ['bench', '--device', 'cpu', ...shapes, '--out', out], folder);
  t.is(run.status, 0, run.stderr);
  for (const name of ['bench-gemv.json', 'bench-gemv.md', 'bench-gemv-m1.svg'])
    t.true(run.stdout.includes(join(out, name)), run.stdout);
  const file = benchSchema.parse(JSON.parse(readFileSync(join(out, 'bench-gemv.json'), 'utf8')));
  t.is(file.measurements.length, 10);
  t.deepEqual(
    file.runs.map(({ finished }) => finished),
    [true],
  );
  t.is(new Set(file.measurements.map(({ contender }) => contender)).size, 5);
  for (const { samples, bytes, variant, leastUs, medianUs, mostUs } of file.measurements) {
    t.is(samples, 3);
    t.true(bytes! > 0 && variant !== undefined);
    t.true(leastUs <= medianUs && medianUs <= mostUs);
  }
  t.deepEqual(
    file.failures.map(({ contender }) => contender),
    ['GQS', 'GPU peers'],
  );
  t.regex(file.failures[0]!.reason, /no kernels for m = 3/);
  t.regex(file.runs[0]!.command, /^npm run bench:gemv -- --device cpu --shapes 768x1024,1024x512 --m 1,3,1/);
  const page = readFileSync(join(out, 'bench-gemv.md'), 'utf8');
  t.regex(page, /## Not measured[\s\S]*GPU peers: .*need a CUDA device/);
  t.regex(page, /\| 768 × 1024 \| 1024 × 512 \|/);
  t.regex(readFileSync(join(out, 'bench-gemv-m1.svg'), 'utf8'), /^<svg /);
});

test('with one token, scales that groups share are measured too where that is asked for', async (t) => {
  const folder = scratchDirectory(t);
  // Rows so short that few of the known-good variants solve it: each is compiled.
  const shape = ['--shapes', '1024x64', '--m', '1,2', '--samples', '3', '--groups-per-scale', '4'];
  const run = await gqsTune(t, ['bench', '--device', 'cpu', ...shape, '--out', folder], folder);
  t.is(run.status, 0, run.stderr);
  const file = benchSchema.parse(JSON.parse(readFileSync(join(folder, 'bench-gemv.json'), 'utf8')));
  const shared = file.measurements.filter(({ contender }) => contender.includes('scale per'));
  t.deepEqual(
    shared.map(({ contender, m }) => `${contender}, m = ${m}`),
    ['f32', 'i8'].map((x) => `GQS W4 G16, scale per 4 groups, density 0.5, ${x} x, m = 1`),
  );
});

test('where nothing can be measured the reasons are written, and the status says so', async (t) => {
  const folder = scratchDirectory(t);
  const run = await gqsTune(t, [...cpu, '--m', '3', '--samples', '3', '--out', folder], folder);
  t.is(run.status, 1);
  t.regex(run.stderr, /^gqs-tune: nothing was measured; the first reason: there are no kernels for m = 3/);
  const file = benchSchema.parse(JSON.parse(readFileSync(join(folder, 'bench-gemv.json'), 'utf8')));
  t.deepEqual(file.measurements, []);
});

test('a run that measures nothing replaces no file', async (t) => {
  const folder = scratchDirectory(t);
  const earlier = join(folder, 'bench-gemv.json');
  writeFileSync(earlier, 'what was measured before');
  const run = await gqsTune(t, [...cpu, '--m', '3', '--samples', '3', '--out', folder], folder);
  t.is(run.status, 1);
  t.is(readFileSync(earlier, 'utf8'), 'what was measured before');
  t.deepEqual(readdirSync(folder), ['bench-gemv.json']);
});
