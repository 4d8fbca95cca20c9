import test from 'ava';
import { benchChart } from '../../../autotune/bench/bench-chart.js';
import { benchSchema } from '../../../autotune/bench/bench-file.js';
import { benchPage } from '../../../autotune/bench/bench-page.js';
import {
  contendersOf,
  findMeasurement,
  shapesOf,
  timesAsLong,
  tokensOf,
} from '../../../autotune/bench/bench-tables.js';
import { renderSvg } from '../../../autotune/report/render-svg.js';
import { benchFile, measurement, ours, run } from './bench-fixture.js';

const shape = { n: 4096, k: 4096, m: 1 };

test('ours come first, then peers, each in the order of their first measurement', (t) => {
  t.deepEqual(contendersOf(benchFile()), [
    ours,
    'GQS W4 G16, density 1, f16 x',
    'cuBLAS float16',
    'tinygemm int4',
  ]);
  t.deepEqual(shapesOf(benchFile()), [
    { n: 4096, k: 4096 },
    { n: 12288, k: 4096 },
  ]);
  t.deepEqual(tokensOf(benchFile()), [1, 16]);
});

test('how many times as long as ours a peer takes is known only where both were measured', (t) => {
  t.is(timesAsLong(benchFile(), 'cuBLAS float16', ours, shape), 3);
  t.is(timesAsLong(benchFile(), 'tinygemm int4', ours, { ...shape, n: 12288 }), undefined);
  t.is(timesAsLong(benchFile(), 'cuBLAS float16', ours, { ...shape, m: 16 }), undefined);
  t.is(findMeasurement(benchFile(), 'Marlin', shape), undefined);
});

const rowsOf = (page: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '));

test('the page has times, factors, and how much of the bandwidth floor is reached', (t) => {
  const rows = rowsOf(benchPage(benchFile()));
  t.deepEqual(rows.slice(0, 7), [
    ['contender', '4096 × 4096', '12288 × 4096'],
    ['---', '---:', '---:'],
    [ours, '4.00', '-'],
    ['GQS W4 G16, density 1, f16 x', '6.00', '-'],
    ['cuBLAS float16', '12.0 (3.00×)', '-'],
    ['tinygemm int4', '-', '7.00'],
    [`bandwidth floor of ${ours}`, '2.00 (50 % reached)', '-'],
  ]);
  // Nothing of ours at 16 tokens: neither factors nor floors.
  t.deepEqual(rows.slice(7), [
    ['contender', '4096 × 4096'],
    ['---', '---:'],
    ['cuBLAS float16', '14.0'],
  ]);
});

test('the page says what was compared, how, with which kernels, and what was not measured', (t) => {
  const page = benchPage(benchFile());
  t.regex(page, /^# .* on NVIDIA Test &lt;GPU&gt;\n/);
  t.regex(page, /how many times as long as GQS W4 G16, density 0\.5, f16 x\./);
  t.regex(page, /medians of 31 samples of at least 2 ms each over CUDA graphs .* at least 180 MB/);
  t.regex(page, /driver 560\.35, nvcc V12\.8\.61, SM clock 1980 MHz, commit 0123abc/);
  t.regex(page, /4096 × 4096: `row_split-w8`/);
  t.regex(page, /- tinygemm int4: bfloat16 x, groups of 32/);
  t.regex(page, /## Not measured\n\n- ggml: its source was not given \(--ggml and --ggml-build\)\n/);
  t.regex(page, /- Marlin \(4096 × 4096, m = 1\): ended by SIGILL: &lt;illegal&gt; \\\| x\n$/);
});

test('a page of nothing but failures claims nothing', (t) => {
  const page = benchPage(benchFile({ measurements: [] }));
  t.notRegex(page, /in brackets|## m =|undefined|NaN/);
  t.regex(page, /## Not measured/);
  const complete = benchPage(benchFile({ failures: [] }));
  t.notRegex(complete, /Not measured/);
});

test('a run that was ended early says so', (t) => {
  const notice = /ended before everything was measured/;
  const ended = { ...run, finished: false };
  t.regex(benchPage(benchFile({ runs: [ended] })), notice);
  t.notRegex(benchPage(benchFile()), notice);
  t.notRegex(benchPage(benchFile({ runs: [ended, { ...run, finished: true }] })), notice);
});

test('a page of several runs states each, and takes the floor from the bandwidth of the run that measured', (t) => {
  const later = {
    ...run,
    clocks: { smMhz: 1700, memoryMhz: 2619 },
    commit: '4567def',
    command: 'npm run bench:gemv -- --resume',
    timestamp: '2026-02-03T04:05:06.000Z',
    bandwidthGbPerSecond: 2000,
    finished: true,
  };
  const page = benchPage(
    benchFile({
      runs: [{ ...run, finished: false }, later],
      measurements: [
        measurement(ours, 4, { bytes: 8_000_000 }),
        measurement(ours, 8, { bytes: 8_000_000, n: 12288, run: 1 }),
        measurement('cuBLAS float16', 12, { run: 1 }),
      ],
    }),
  );
  t.regex(page, /On NVIDIA Test &lt;GPU&gt; with driver 560\.35, nvcc V12\.8\.61\.\n/);
  t.regex(
    page,
    /Measured in 2 runs:\n\n- 1 of the times, ended early: A copy .* 4000 GB\/s .* SM clock 1980 MHz, commit 0123abc, 2026-01-02T.*`npm run bench:gemv`\.\n- 2 of the times: A copy .* 2000 GB\/s .* commit 4567def, 2026-02-03T.*`npm run bench:gemv -- --resume`\.\n/,
  );
  t.deepEqual(rowsOf(page).at(-1), [
    `bandwidth floor of ${ours}`,
    '2.00 (50 % reached)',
    '4.00 (50 % reached)',
  ]);
});

test('on a CPU nothing is said of CUDA', (t) => {
  const page = benchPage(
    benchFile({
      kind: 'cpu',
      driver: null,
      runs: [{ ...run, clocks: { smMhz: null, memoryMhz: null }, finished: true }],
    }),
  );
  t.notRegex(page, /CUDA|driver|MHz/);
  t.regex(page, /lists of launches on all threads/);
});

test('the chart renders to the same picture each time, with a bar per contender', async (t) => {
  const file = benchFile({
    measurements: [...benchFile().measurements, measurement('Long <name> & more', 30)],
  });
  const svg = await renderSvg(benchChart(file, 1));
  t.is(await renderSvg(benchChart(file, 1)), svg);
  for (const text of [
    'cuBLAS float16',
    ours,
    '12.0',
    '4096 × 4096',
    '12288 × 4096',
    'NVIDIA Test &lt;GPU&gt;',
  ])
    t.true(svg.includes(text), text);
  t.true(svg.indexOf('>4096 × 4096<') < svg.indexOf('>12288 × 4096<'), 'shapes as they were measured');
  t.notRegex(svg, /NaN|undefined|Infinity|<script/);
  t.false((await renderSvg(benchChart(file, 16))).includes('tinygemm'));
});

test('a file of another form is refused', (t) => {
  const file = benchFile();
  t.true(benchSchema.safeParse(file).success);
  for (const wrong of [
    { ...file, schemaVersion: 1 },
    { ...file, runs: [] },
    { ...file, measurements: [measurement(ours, 1, { run: 1 })] },
    { ...file, rows: 'zigzag' },
    { ...file, measurements: [measurement(ours, 0)] },
    { ...file, extra: 1 },
  ])
    t.false(benchSchema.safeParse(wrong).success);
});
