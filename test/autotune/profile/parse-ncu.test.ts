/** What ncu prints, as recorded on an H100 with Nsight Compute 2025.3. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { medianCounters } from '../../../autotune/profile/median-counters.js';
import { parseNcu } from '../../../autotune/profile/parse-ncu.js';
import { projectPath } from '../../support/paths.js';

const recorded = readFileSync(projectPath('test', 'fixtures', 'ncu', 'raw.txt'), 'utf8');

test('launches are read from between the lines of ncu and of the program', (t) => {
  const launches = parseNcu(recorded);
  t.is(launches.length, 2);
  const [first] = launches;
  t.is(first!.kernel, 'gqs_row_permuted_w4g16m1_dc0c43926041');
  t.deepEqual(first!.counters, {
    durationNs: 6752,
    dramBytesRead: 6_518_784,
    dramPercent: 28.99,
    issuePercent: 26.69,
    sharedWavefronts: 227_204,
    registers: 89,
  });
  t.deepEqual(first!.stalls, { long_scoreboard: 7.34 });
});

const header =
  '"ID","Kernel Name","gpu__time_duration.sum","dram__bytes_read.sum","launch__registers_per_thread"';

test('units are converted, and what is no number is missing', (t) => {
  const units = '"","","usecond","Mbyte","register/thread"';
  const [launch] = parseNcu([header, units, '"0","gqs_a","1,234.5","6.25","n/a"'].join('\r\n'));
  t.deepEqual(launch!.counters, { durationNs: 1_234_500, dramBytesRead: 6_250_000 });
});

test('a row that was cut off keeps what it has', (t) => {
  const [launch] = parseNcu([header, '"","","ns","byte",""', '"0","gqs_a","12"'].join('\n'));
  t.deepEqual(launch, { kernel: 'gqs_a', counters: { durationNs: 12 }, stalls: {} });
});

for (const [what, output] of [
  ['nothing', ''],
  ['no table', '==ERROR== No kernels were profiled.\n'],
  ['a header alone', header],
  ['a table of something else', '"a","b"\n"",""\n"1","2"'],
  ['units alone', `${header}\n"","","ns"`],
  ['broken quotes', `${header}\n"","","ns"\n"0","gqs_a`],
] as const) {
  test(`${what} holds no launch`, (t) => {
    t.deepEqual(parseNcu(output), []);
  });
}

test('lines of ncu between those of the table, and quoted lines of a program before it, are left out', (t) => {
  const lines = [
    '"a program", it says',
    header,
    '"","","ns","byte",""',
    '==PROF== Disconnected',
    '"0","gqs_a","12"',
  ];
  const launches = parseNcu([...lines, '"1","gqs_b(int, int)","13"', '==WARNING== a note'].join('\n'));
  t.deepEqual(
    launches.map(({ kernel, counters }) => [kernel, counters.durationNs]),
    [
      ['gqs_a', 12],
      ['gqs_b(int, int)', 13],
    ],
  );
});

test('several launches count as their medians, each counter over those that have it', (t) => {
  const launch = (durationNs: number, wait?: number) => {
    return { kernel: 'gqs_a', counters: { durationNs }, stalls: wait === undefined ? {} : { wait } };
  };
  t.deepEqual(medianCounters([launch(9), launch(5, 2), launch(6, 4)]), {
    counters: { durationNs: 6 },
    stalls: { wait: 3 },
  });
});
