import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  mergedWinners,
  mergeTrials,
  mergeWinners,
  parseWinners,
  readTrials,
  readWinners,
  ResultsError,
  requireWritable,
  roundSignificant,
  setAsideUnreadableTrials,
  stableJson,
  trialsTexts,
  winnersText,
  writeFileAtomic,
  type TunedProblem,
  type WinnersFile,
} from '../../../autotune/results/index.js';
import { writeError } from '../../../autotune/results/error.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hashOf, okOutcome, problem, provenance, timestamp, trial, winner } from '../trials.js';

const device = 'Test CPU';
const file: WinnersFile = { schemaVersion: 1, device, provenance, winners: [winner()] };
const run = {
  platform: 'linux',
  driver: null,
  compiler: 'g++ 13',
  smMhz: null,
  memoryMhz: null,
  commit: 'abc',
  gqsVersion: '0.1.0',
  timestamp,
};

test('stableJson: keys sorted at every depth, whatever their order, and valid JSON', (t) => {
  const a = { z: 1, a: { y: [1, 2], x: null }, list: [{ b: 1, a: 2 }], gone: undefined };
  const b = { list: [{ a: 2, b: 1 }], a: { x: null, y: [1, 2] }, z: 1 };
  t.is(stableJson(a), stableJson(b));
  t.deepEqual(JSON.parse(stableJson(a)), b);
  t.true(stableJson(a).endsWith('}\n'));
});

test('roundSignificant keeps four digits', (t) => {
  t.is(roundSignificant(1234.5678), 1235);
  t.is(roundSignificant(0.000123456), 0.0001235);
  t.is(roundSignificant(12.2), 12.2);
});

test('writeFileAtomic makes folders, replaces, and leaves nothing else', async (t) => {
  const folder = join(await temporaryFolder(t), 'a', 'b');
  const path = join(folder, 'file.json');
  await writeFileAtomic(path, 'one');
  await writeFileAtomic(path, 'two');
  t.is(await readFile(path, 'utf8'), 'two');
  t.deepEqual(await readdir(folder), ['file.json']);
});

test('writeFileAtomic that fails leaves the old state and no temporary file', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'taken');
  await mkdir(join(path, 'inside'), { recursive: true });
  const error = await t.throwsAsync(writeFileAtomic(path, 'text'), { instanceOf: ResultsError });
  t.is(error.problem, 'write');
  t.is(error.path, path);
  t.deepEqual(await readdir(folder), ['taken']);
  const readOnly = join(folder, 'read-only');
  await mkdir(readOnly);
  await chmod(readOnly, 0o555);
  if (process.getuid?.() !== 0) {
    await t.throwsAsync(writeFileAtomic(join(readOnly, 'file'), 'text'), { message: /permission.*--out/ });
  }
});

test('errors of the file system say the remedy', (t) => {
  const failure = (code: string) => writeError('/x/y', Object.assign(new Error(code), { code })).message;
  t.regex(failure('ENOSPC'), /\/x\/y .*disk is full.*--resume/);
  t.regex(failure('EROFS'), /read-only.*--out/);
});

test('winners survive a round trip, rounded', (t) => {
  const text = winnersText(file);
  const back = parseWinners('winners.json', text);
  t.is(back.winners[0]!.medianUs, 1235);
  t.deepEqual(back.winners[0]!.intervalUs, [1230, 1241]);
  t.is(back.winners[0]!.rooflineFraction, 0.612);
  t.deepEqual(back.winners[0]!.variant, winner().variant);
  t.is(winnersText(back), text);
});

test('winners are sorted by problem, so that the order of tuning does not show', (t) => {
  const others = [2, 8, 4, 1].map((m) => winner({ problem: { ...problem, m: m as 1 } }));
  const forward = winnersText({ ...file, winners: others });
  t.is(winnersText({ ...file, winners: others.toReversed() }), forward);
  t.deepEqual(
    parseWinners('w', forward).winners.map((w) => w.problem.m),
    [1, 2, 4, 8],
  );
});

test('merging replaces tuned problems and keeps the others with the provenance they were measured under', (t) => {
  const later = { ...provenance, driver: '600.1', timestamp: '2026-02-02T00:00:00.000Z' };
  const two = winner({ problem: { ...problem, m: 2 } });
  const existing = { ...file, winners: [winner(), two] };
  const faster = winner({ medianUs: 1000 });
  const merged = mergedWinners(existing, { ...file, provenance: later, winners: [faster] });
  t.is(merged.provenance.driver, '600.1');
  t.deepEqual(merged.winners, [faster, { ...two, provenance }]);
});

test('mergeWinners writes the file and reads it back', async (t) => {
  const path = join(await temporaryFolder(t), 'winners.json');
  t.is(await readWinners(path), undefined);
  await mergeWinners(path, device, provenance, [winner()]);
  await mergeWinners(path, device, provenance, [winner({ problem: { ...problem, m: 4 } })]);
  t.is((await readWinners(path))?.winners.length, 2);
});

test('a winners file that is damaged, of another version or device is refused and not overwritten', async (t) => {
  const path = join(await temporaryFolder(t), 'winners.json');
  const text = winnersText(file);
  const wrong: [string, RegExp][] = [
    ['', /received an empty file/],
    [text.slice(0, 100), /no JSON/],
    [text.replace('"bits": 4', '"bits": 5'), /winners\.0\.problem\.bits/],
    [text.replace('"schemaVersion": 1', '"schemaVersion": 7'), /version 1 .* received 7/],
    [text.replace(/"device": "Test CPU"/g, '"device": "Other"'), /received those of Other/],
  ];
  for (const [content, message] of wrong) {
    await writeFile(path, content);
    await t.throwsAsync(mergeWinners(path, device, provenance, [winner()]), {
      instanceOf: ResultsError,
      message,
    });
    t.is(await readFile(path, 'utf8'), content);
  }
});

test('trials are T4 1.1: required fields, allowed words, one time unit', (t) => {
  const failed = trial(2, { outcome: { status: 'failed', invalidity: 'compile', message: 'x'.repeat(999) } });
  const tuned: TunedProblem = { problem, run, trials: [trial(1), failed] };
  const [text] = trialsTexts({ kind: 'cuda', device }, [tuned]);
  const t4 = JSON.parse(text!) as {
    schema_version: string;
    metadata: Record<string, string>;
    results: Record<string, unknown>[];
  };
  t.is(t4.schema_version, '1.1.0');
  t.is(t4.metadata.compute_api, 'CUDA');
  t.is(t4.metadata.timeunit, 'microseconds');
  const [good, bad] = t4.results;
  t.like(good, { invalidity: 'correct', correctness: 1, objectives: ['time'] });
  t.deepEqual(good!.measurements, [{ name: 'time', value: 11, unit: 'us' }]);
  t.like(good!.times, { compilation_time: 600_000, validation: 5000, search_algorithm: 1000 });
  t.like(bad, { invalidity: 'compile', correctness: 0, measurements: [] });
  t.true((bad!.gqs as { message: string }).message.length <= 200);
});

test('trials survive being written and read', async (t) => {
  const folder = await temporaryFolder(t);
  const timed = trial(1, { resources: { registers: 40, spillBytes: 0 }, smMhz: 1980 });
  const failed = trial(2, { outcome: { status: 'failed', invalidity: 'timeout', message: 'hung' } });
  await mergeTrials(folder, { kind: 'cpu', device }, [{ problem, run, trials: [failed, timed] }]);
  const [back] = await readTrials(folder);
  t.deepEqual(back, { problem, run, trials: [timed, failed] });
});

test('of a variant the trial with most repetitions is kept, and many runtimes are thinned', async (t) => {
  const folder = await temporaryFolder(t);
  const many = trial(1, { repetitions: 100, outcome: okOutcome(12, 100) });
  await mergeTrials(folder, { kind: 'cpu', device }, [{ problem, run, trials: [many, trial(1)] }]);
  const [back] = await readTrials(folder);
  t.is(back!.trials.length, 1);
  const { outcome, repetitions } = back!.trials[0]!;
  t.is(repetitions, 100);
  t.is(outcome.status === 'ok' && outcome.samplesUs.length, 31);
});

test('merging keeps the trials of other problems with their run', async (t) => {
  const folder = await temporaryFolder(t);
  const of = { kind: 'cpu', device } as const;
  const other = { ...problem, m: 2 } as const;
  const later = { ...run, compiler: 'g++ 14', timestamp: '2026-03-03T00:00:00.000Z' };
  await mergeTrials(folder, of, [
    { problem, run, trials: [trial(1)] },
    { problem: other, run, trials: [trial(1, { problem: other })] },
  ]);
  await mergeTrials(folder, of, [{ problem, run: later, trials: [trial(3)] }]);
  const back = await readTrials(folder);
  t.deepEqual(
    back.map((p) => [p.problem.m, p.run.compiler, p.trials[0]!.hash]),
    [
      [1, 'g++ 14', hashOf(3)],
      [2, 'g++ 13', hashOf(1)],
    ],
  );
});

test('files stay under a mebibyte, every trial is kept, and parts no longer needed go', async (t) => {
  const folder = await temporaryFolder(t);
  const of = { kind: 'cpu', device } as const;
  const trials = Array.from({ length: 2500 }, (_, i) => trial(i, { outcome: okOutcome(10.123 + i, 31) }));
  const paths = await mergeTrials(folder, of, [{ problem, run, trials }]);
  t.true(paths.length > 1);
  for (const path of paths) t.true((await readFile(path)).length < 1 << 20);
  const [back] = await readTrials(folder);
  t.is(back!.trials.length, 2500);
  await mergeTrials(folder, of, [{ problem, run, trials: trials.slice(0, 3) }]);
  t.deepEqual(await readdir(folder), ['trials.t4.json']);
});

test('a damaged trials file is refused by name and place', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'trials.t4.json');
  await mergeTrials(folder, { kind: 'cpu', device }, [{ problem, run, trials: [trial(1)] }]);
  const text = await readFile(path, 'utf8');
  const wrong: [string, RegExp][] = [
    [text.slice(0, -9), /no JSON/],
    [text.replace('"invalidity":"correct"', '"invalidity":"fine"'), /results\.0\.invalidity/],
    [text.replace('"isa":"avx2"', '"isa":"mmx"'), /variants that this version of gqs knows .* variant-1/],
    [text.replace('"gqs":{"problem":0', '"gqs":{"problem":9'), /one of gqs\.problems/],
  ];
  for (const [content, message] of wrong) {
    await writeFile(path, content);
    await t.throwsAsync(readTrials(folder), { instanceOf: ResultsError, message });
  }
});

test('trials that this version cannot read are set aside, all parts of them, and tuning goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const of = { kind: 'cpu', device } as const;
  await mergeTrials(folder, of, [{ problem, run, trials: [trial(1)] }]);
  t.deepEqual(await setAsideUnreadableTrials(folder), []);
  const path = join(folder, 'trials.t4.json');
  const old = (await readFile(path, 'utf8')).replace('"isa":"avx2"', '"isa":"mmx"');
  await writeFile(path, old);
  await writeFile(join(folder, 'trials-2.t4.json'), 'second');
  const [message, ...more] = await setAsideUnreadableTrials(folder);
  t.deepEqual(more, []);
  t.regex(message!, /trials\.t4\.json is not of this version of gqs; it is kept as .*previous/);
  t.is(await readFile(`${path}.previous`, 'utf8'), old);
  t.deepEqual((await readdir(folder)).sort(), ['trials-2.t4.json.previous', 'trials.t4.json.previous']);
  await mergeTrials(folder, of, [{ problem, run, trials: [trial(3)] }]);
  t.is((await readTrials(folder)).length, 1);
});

test('requireWritable makes the folder, leaves nothing, and says the remedy', async (t) => {
  const folder = join(await temporaryFolder(t), 'a', 'b');
  await requireWritable(folder);
  t.deepEqual(await readdir(folder), []);
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const wrong of [file, join(file, 'below')]) {
    await t.throwsAsync(requireWritable(wrong), {
      instanceOf: ResultsError,
      message: /part of the path is a file.*--out/,
    });
  }
});

test('winners without a dense baseline survive a round trip', (t) => {
  const text = winnersText({ ...file, winners: [winner({ denseUs: null, speedupOverDense: null })] });
  t.like(parseWinners('w', text).winners[0], { denseUs: null, speedupOverDense: null });
});
