import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { densityChart } from '../../../autotune/bench/density/density-chart.js';
import {
  densitySchema,
  type DensityFile,
  type DensityPoint,
} from '../../../autotune/bench/density/density-file.js';
import { panelsOf, risingSteps } from '../../../autotune/bench/density/density-lines.js';
import { densityPage, verdict } from '../../../autotune/bench/density/density-page.js';
import { renderSvg } from '../../../autotune/report/render-svg.js';
import { projectPath, scratchDirectory } from '../../support/paths.js';
import { runs, setup } from './bench-fixture.js';
import { gqsTune, rejected } from './gqs-tune.js';

const shape = { n: 22016, k: 4096 };
const times = (medianUs: number) => ({ medianUs, leastUs: medianUs, mostUs: medianUs, samples: 31 });
const timed = (medianUs: number) => ({ ...times(medianUs), bytes: 1000, variant: 'row_split-w8', run: 0 });

function point(
  groupSize: 16 | 64,
  density: number,
  us: number,
  more: Partial<DensityPoint> = {},
): DensityPoint {
  return { ...shape, activation: 'f16', groupSize, density, ...timed(us), ...more };
}

/** G16 falls with every step; G64 does not from 0.5 to 0.3. */
function densityFile(changes: Partial<DensityFile> = {}): DensityFile {
  return densitySchema.parse({
    schemaVersion: 2,
    ...setup,
    runs,
    bits: 4,
    m: 1,
    rows: 'even',
    points: [
      point(64, 1, 20),
      point(64, 0.3, 11),
      point(64, 0.5, 11),
      point(16, 0.5, 10),
      point(16, 1, 16),
      point(16, 0.3, 8),
      point(16, 1, 15, { activation: 'i8' }),
    ],
    dense: [{ ...shape, activation: 'f16', ...timed(40) }],
    failures: [],
    ...changes,
  });
}

test('a panel per kind of x, a line per group size, points by density', (t) => {
  const [f16, i8, ...more] = panelsOf(densityFile());
  t.deepEqual(more, []);
  t.is(i8!.activation, 'i8');
  t.is(i8!.denseUs, 40);
  t.deepEqual(
    f16!.lines.map(({ groupSize, points }) => [groupSize, ...points.map(({ density }) => density)]),
    [
      [16, 0.3, 0.5, 1],
      [64, 0.3, 0.5, 1],
    ],
  );
  t.is(panelsOf(densityFile({ dense: [] }))[0]!.denseUs, undefined);
});

test('steps at which the time does not fall are found, equal times among them', (t) => {
  const [g16, g64] = panelsOf(densityFile())[0]!.lines;
  t.deepEqual(risingSteps(g16!), []);
  t.deepEqual(
    risingSteps(g64!).map(({ from, to }) => [from.density, to.density]),
    [[0.5, 0.3]],
  );
});

const line = (...us: readonly (readonly [density: number, us: number])[]) => ({
  groupSize: 16,
  points: us.map(([density, medianUs]) => point(16, density, medianUs)),
});
const verdicts: readonly (readonly [ReturnType<typeof line>, string])[] = [
  [
    line([0.2, 5], [0.5, 9], [1, 16]),
    'G16: the time falls with every step down in density, from 16.0 at 1 to 5.00 at 0.2.',
  ],
  [
    line([0.2, 7], [0.5, 6], [1, 16]),
    'G16: the time does not fall from density 0.5 (6.00) to 0.2 (7.00); it does with every other step.',
  ],
  [
    line([0.2, 8], [0.5, 7], [1, 6]),
    'G16: the time does not fall from density 1 (6.00) to 0.5 (7.00), nor from 0.5 (7.00) to 0.2 (8.00).',
  ],
  [line([0.5, 7]), 'G16: measured at density 0.5 only.'],
];
for (const [given, text] of verdicts) {
  test(`what is said: ${text}`, (t) => {
    t.is(verdict(given), text);
  });
}

test('the page has a table per panel with speed-ups over the dense baseline, and every failure', (t) => {
  const page = densityPage(
    densityFile({
      failures: [
        { ...shape, point: { activation: 'i8', groupSize: 64, density: 0.5 }, reason: 'spills | 8' },
        { n: 64, k: 64, reason: 'no dense kernel' },
      ],
    }),
  );
  t.regex(page, /^# Time against density on NVIDIA Test &lt;GPU&gt;\n/);
  t.true(page.includes('## 22016 × 4096, f16 x\n\n| density | G16 | G64 |'));
  t.true(page.includes('| dense float16 | 40.0 | 40.0 |'));
  t.true(page.includes('| 0.5 | 10.0 (4.00×) | 11.0 (3.64×) |'));
  t.regex(page, /- G64: the time does not fall from density 0\.5 \(11\.0\) to 0\.3 \(11\.0\)/);
  t.regex(page, /- 22016 × 4096, i8 x, G64, density 0\.5: spills \\\| 8/);
  t.regex(page, /- 64 × 64, the dense baseline: no dense kernel/);
  const bare = densityPage(densityFile({ dense: [], points: [point(16, 1, 16)] }));
  t.true(bare.includes('| dense float16 | - |'));
  t.notRegex(bare, /NaN|undefined|Not measured/);
});

test('the picture has a line per group size from zero on, and the dense time', async (t) => {
  const svg = await renderSvg(densityChart(densityFile()));
  t.is(await renderSvg(densityChart(densityFile())), svg);
  t.notRegex(svg, /NaN|undefined|Infinity|<script/);
  for (const text of ['group size', 'f16 x', 'i8 x', 'dense: 40.0', '>0<', '22016 × 4096'])
    t.true(svg.includes(text), text);
  t.is(svg.match(/mark-line role-mark/g)?.length, 3);
  const without = await renderSvg(densityChart(densityFile({ dense: [] })));
  t.false(without.includes('dense: '));
});

const cpu = ['bench-density', '--device', 'cpu', '--shapes', '64x128'] as const;
const bad: Readonly<Record<string, readonly [args: readonly string[], message: RegExp]>> = {
  'a density of 0': [[...cpu, '--density', '0.5,0'], /above 0 .* for --density but received "0"/],
  'a group size that there is not': [[...cpu, '--group-size', '16,48'], /for --group-size but received "48"/],
  'several bit widths': [[...cpu, '--bits', '4,8'], /one value for --bits but received "4,8"/],
  'several token counts': [[...cpu, '--m', '1,2'], /one value for --m but received "1,2"/],
  'a token count without kernels': [[...cpu, '--m', '3'], /for --m but received "3"/],
  'x of GPUs': [[...cpu, '--activation', 'f16'], /f32 or i8 for --activation on a CPU but received f16/],
  'unknown rows': [[...cpu, '--rows', 'some'], /for --rows but received "some"/],
  'groups that do not divide k': [
    ['bench-density', '--device', 'cpu', '--shapes', '64x64'],
    /multiple of the group size 128 for layer 64x64/,
  ],
  'an unknown device': [['bench-density', '--device', 'cuda:99'], /for --device but received "cuda:99"/],
  'no folder': [[...cpu, '--out', ''], /a folder for --out/],
};
for (const [name, [args, message]] of Object.entries(bad)) test(name, rejected, args, message);

test('a run on the CPU', async (t) => {
  const folder = scratchDirectory(t);
  const lists = ['--density', '1,0.5', '--group-size', '16,32', '--activation', 'i8', '--samples', '3'];
  const args = ['bench-density', '--device', 'cpu', '--shapes', '1024x512', ...lists, '--out', folder];
  const run = await gqsTune(t, args, folder);
  t.is(run.status, 0, run.stderr);
  const file = densitySchema.parse(JSON.parse(readFileSync(join(folder, 'bench-density.json'), 'utf8')));
  t.deepEqual(
    file.points.map(({ groupSize, density }) => [groupSize, density]),
    [
      [16, 1],
      [16, 0.5],
      [32, 1],
      [32, 0.5],
    ],
  );
  t.true(file.points.every(({ medianUs, bytes }) => medianUs > 0 && bytes > 0));
  t.true(file.points[0]!.bytes > file.points[1]!.bytes);
  t.is(file.dense.length, 1);
  t.deepEqual(file.failures, []);
  t.regex(file.runs[0]!.command, /^npm run bench:density -- --device cpu/);
  t.regex(readFileSync(join(folder, 'bench-density.md'), 'utf8'), /\n- G32: the time /);
  t.regex(readFileSync(join(folder, 'bench-density.svg'), 'utf8'), /^<svg /);
});

test('a run goes on where the last one was ended: what failed is tried again, what has a time is not', async (t) => {
  const folder = scratchDirectory(t);
  const path = join(folder, 'bench-density.json');
  const read = () => densitySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const small = ['bench-density', '--device', 'cpu', '--shapes', '256x512', '--activation', 'i8'];
  const bench = (...more: string[]) =>
    gqsTune(t, [...small, '--samples', '3', '--out', folder, '--resume', ...more], folder);
  t.is((await bench('--density', '1,0.5', '--group-size', '16')).status, 0);
  const whole = read();
  const [kept] = whole.points;
  const format = { activation: 'i8', groupSize: 16, density: 0.5 } as const;
  const failures = [
    { n: 256, k: 512, point: format, reason: 'it crashed' },
    { n: 256, k: 512, reason: 'it hung' },
  ];
  writeFileSync(path, JSON.stringify({ ...whole, points: [kept], dense: [], failures }));

  const run = await bench('--density', '1,0.5', '--group-size', '16,32');
  t.is(run.status, 0, run.stderr);
  const continued = read();
  t.deepEqual(
    continued.points.map((point) => [point.groupSize, point.density, point.run]),
    [
      [16, 1, 0],
      [16, 0.5, 1],
      [32, 1, 1],
      [32, 0.5, 1],
    ],
  );
  t.deepEqual(continued.points[0], kept);
  t.deepEqual(
    continued.dense.map((one) => one.run),
    [1],
  );
  t.deepEqual(continued.failures, []);
  t.is(run.stdout.match(/G16, density 1:/), null);

  const other = await bench('--rows', 'skewed');
  t.is(other.status, 1);
  t.regex(other.stderr, /over densities .* rows \("even" there, "skewed" now\)/);
  t.deepEqual(read(), continued);
});

test('Ctrl-C ends a run, and what was measured is kept', async (t) => {
  const folder = scratchDirectory(t);
  const cli = projectPath('dist', 'autotune', 'cli.js');
  const args = [
    'bench-density',
    '--device',
    'cpu',
    '--shapes',
    '1024x512',
    '--samples',
    '3',
    '--out',
    folder,
  ];
  const env = { ...process.env, GQS_CACHE: join(folder, 'cache') };
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.includes('density 0.3: ')) child.kill('SIGINT');
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  t.is(status, 130);
  const file = densitySchema.parse(JSON.parse(readFileSync(join(folder, 'bench-density.json'), 'utf8')));
  t.true(file.points.length >= 1 && file.points.length < 9, `${file.points.length} points`);
  t.is(file.dense.length, 1);
  t.false(file.runs[0]!.finished);
  const page = readFileSync(join(folder, 'bench-density.md'), 'utf8');
  t.regex(page, /ended before everything was measured.*`--resume`/);
});
