import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ReportError, writeReport } from '../../../autotune/report/index.js';
import { mergeTrials, mergeWinners, ResultsError, type Winner } from '../../../autotune/results/index.js';
import { scratchDirectory } from '../../support/paths.js';
import { someProblem } from './report-fixture.js';
import { provenance, tunedProblem, winner } from './results-fixture.js';

const larger = { ...someProblem, n: 8192 };

async function resultsFolder(
  t: ExecutionContext,
  winners: readonly Winner[] = [winner({ problem: larger }), winner()],
): Promise<string> {
  const folder = scratchDirectory(t);
  await mergeWinners(join(folder, 'winners.json'), provenance.device, provenance, winners);
  await mergeTrials(folder, { kind: 'cuda', device: provenance.device }, [
    tunedProblem(),
    tunedProblem(larger),
  ]);
  return folder;
}

test('writes a page and the pictures it shows, all named in the answer', async (t) => {
  const folder = await resultsFolder(t);
  const paths = await writeReport(folder);
  t.deepEqual(paths.at(-1), join(folder, 'report.md'));
  for (const path of paths) t.true(existsSync(path));
  const page = readFileSync(join(folder, 'report.md'), 'utf8');
  const shown = [...page.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => join(folder, file!));
  t.deepEqual(shown.sort(), paths.slice(0, -1).sort());
  t.deepEqual(readdirSync(folder).sort(), [
    'bandwidth.svg',
    'parameters.svg',
    'report.md',
    'speedup.svg',
    'spread.svg',
    'trials.t4.json',
    'winners.json',
  ]);
});

test('the page tells how the numbers came about, every winner, its ties and the failures', async (t) => {
  const folder = await resultsFolder(t);
  await writeReport(folder);
  const page = readFileSync(join(folder, 'report.md'), 'utf8');
  for (const text of [
    '# Tuning report: NVIDIA Test &lt;GPU&gt;',
    '| driver | 560.35 |',
    '| compiler | nvcc V12.8.61 |',
    '| clocks | SM 1980 MHz (medians while timing) |',
    '| bandwidth | 4100 GB/s, measured |',
    '| gqs | 0.1.0, commit 0123abc |',
    'a tie below 0.7 %',
    'gqs-tune tune --preset llama-7b --seed 1',
    '| 4096 × 2048 | 0.5 | 10.0 | 9.900 to 10.10 | 900 | 22 % | 30.0 | 3.00× | 1.20× | 1 | `variant-1` |',
    '`variant-6`',
    // Two problems, each with two trials that differ in the number only.
    '| compile | spills 128 bytes | 4 | `variant-4` |',
    // Four times of the space; the dense baseline is no point of it.
    '4 trials were verified and timed',
  ]) {
    t.true(page.includes(text), text);
  }
  t.true(page.indexOf('| 8192 × 2048 |') < page.indexOf('| 4096 × 2048 |'));
  t.false(page.includes('NaN'));
  t.false(page.includes('undefined'));
});

test('the same results give the same bytes, whatever order the winners were tuned in', async (t) => {
  const one = await resultsFolder(t);
  const other = await resultsFolder(t, [winner(), winner({ problem: larger })]);
  const paths = await writeReport(one);
  await writeReport(other);
  const before = paths.map((path) => readFileSync(path, 'utf8'));
  await writeReport(one);
  t.deepEqual(
    paths.map((path) => readFileSync(path, 'utf8')),
    before,
  );
  for (const path of paths) {
    t.is(readFileSync(path.replace(one, other), 'utf8'), readFileSync(path, 'utf8'));
  }
});

test('a winner kept from an earlier run is shown with how that run measured', async (t) => {
  const earlier = { ...provenance, driver: '550.01', timestamp: '2025-01-02T03:04:05.000Z' };
  const folder = await resultsFolder(t, [winner(), winner({ problem: larger, provenance: earlier })]);
  await writeReport(folder);
  const page = readFileSync(join(folder, 'report.md'), 'utf8');
  t.true(page.includes('Some winners are of 1 earlier run<'));
  t.true(page.includes('| driver | 550.01 |'));
  t.true(page.indexOf('| driver | 560.35 |') < page.indexOf('| driver | 550.01 |'));
});

test('a winner whose trials were not kept is shown without a spread', async (t) => {
  const folder = await resultsFolder(t, [winner(), winner({ problem: { ...someProblem, n: 512 } })]);
  await writeReport(folder);
  t.true(readFileSync(join(folder, 'report.md'), 'utf8').includes('| 512 × 2048 |'));
  t.false(readFileSync(join(folder, 'spread.svg'), 'utf8').includes('512 × 2048'));
  t.notRegex(readFileSync(join(folder, 'spread.svg'), 'utf8'), /NaN|Infinity/);
});

test('an empty folder, or one that is not there: one message with the file and the remedy', async (t) => {
  const folder = scratchDirectory(t);
  for (const place of [folder, join(folder, 'absent')]) {
    const error = await t.throwsAsync(writeReport(place), { instanceOf: ReportError });
    t.is(error.path, join(place, 'winners.json'));
    t.regex(
      error.message,
      /^Expected the winners of a device in .*winners\.json but received no such file; remedy: /,
    );
  }
  t.deepEqual(readdirSync(folder), []);
});

test('winners without the trials behind them: an error, and nothing is written', async (t) => {
  const whole = await resultsFolder(t);
  const folder = scratchDirectory(t);
  copyFileSync(join(whole, 'winners.json'), join(folder, 'winners.json'));
  await t.throwsAsync(writeReport(folder), {
    instanceOf: ReportError,
    message: /trials\.t4\.json but received none/,
  });
  t.deepEqual(readdirSync(folder), ['winners.json']);
});

test('no winners in the file: an error', async (t) => {
  const folder = await resultsFolder(t, []);
  await t.throwsAsync(writeReport(folder), { instanceOf: ReportError, message: /a file without winners/ });
});

for (const [name, file, damage] of [
  ['cut short', 'winners.json', (text: string) => text.slice(0, text.length / 2)],
  ['not of the format', 'winners.json', (text: string) => text.replace('"medianUs": 10', '"medianUs": -1')],
  [
    'of another version',
    'winners.json',
    (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 99'),
  ],
  ['cut short', 'trials.t4.json', (text: string) => text.slice(0, text.length / 2)],
  ['of an unknown variant', 'trials.t4.json', (text: string) => text.replace('"task_centric"', '"magic"')],
] as const) {
  test(`${file} ${name}: an error that names the file, and nothing is written`, async (t) => {
    const folder = await resultsFolder(t);
    const path = join(folder, file);
    const whole = readFileSync(path, 'utf8');
    const damaged = damage(whole);
    t.not(damaged, whole);
    writeFileSync(path, damaged);
    const error = await t.throwsAsync(writeReport(folder), { message: /^Expected / });
    t.true(error instanceof ResultsError || error instanceof ReportError);
    t.true(error.message.includes(path), error.message);
    t.deepEqual(readdirSync(folder).sort(), ['trials.t4.json', 'winners.json']);
  });
}
