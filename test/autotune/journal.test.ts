import { execFile } from 'node:child_process';
import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { Journal } from '../../autotune/journal.js';
import { ResultsError } from '../../autotune/results/index.js';
import { temporaryFolder } from './temporary-folder.js';
import { hashOf, okOutcome, problem, trial } from './trials.js';

const fingerprint = { device: 'Test CPU', seed: 1, cache: 'cold' };

async function written(path: string, count: number): Promise<void> {
  const journal = await Journal.open({ path, fingerprint, resume: false });
  await journal.append(Array.from({ length: count }, (_, i) => trial(i)));
  await journal.close();
}

test('a resumed journal has every trial, found by problem, hash and repetitions', async (t) => {
  const path = join(await temporaryFolder(t), 'made', 'journal.jsonl');
  await written(path, 3);
  const journal = await Journal.open({ path, fingerprint, resume: true });
  t.deepEqual(journal.trials, [trial(0), trial(1), trial(2)]);
  t.deepEqual(journal.warnings, []);
  t.deepEqual(journal.find({ problem, hash: hashOf(2), repetitions: 2 }), trial(2));
  t.is(journal.find({ problem, hash: hashOf(2), repetitions: 8 }), undefined);
  t.is(journal.find({ problem: { ...problem, m: 2 }, hash: hashOf(2), repetitions: 2 }), undefined);
  await journal.close();
});

test('a journal cut at any byte resumes with the trials that were whole, and goes on', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  await written(path, 2);
  const whole = await readFile(path);
  const ends = [...whole.keys()].filter((i) => whole[i] === 0x0a).map((i) => i + 1);
  for (let length = 0; length <= whole.length; length += 61) {
    await writeFile(path, whole.subarray(0, length));
    const complete = ends.filter((end) => end <= length).length;
    const journal = await Journal.open({ path, fingerprint, resume: true });
    t.is(journal.trials.length, Math.max(0, complete - 1));
    const isCut = length > 0 && !ends.includes(length);
    t.is(journal.warnings.length, isCut ? 1 : 0);
    if (isCut) t.regex(journal.warnings[0]!, new RegExp(`line ${complete + 1} was cut off`));
    await journal.append([trial(7)]);
    await journal.close();
    const again = await Journal.open({ path, fingerprint, resume: true });
    t.deepEqual(again.warnings, []);
    t.deepEqual(again.trials.at(-1), trial(7));
    await again.close();
  }
});

test('foreign lines are left out and named by number', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  await written(path, 1);
  await appendFile(path, 'not json\n{"some":"thing"}\n\0\0\0\n');
  const good = await Journal.open({ path, fingerprint, resume: true });
  await good.append([trial(5)]);
  await good.close();
  const journal = await Journal.open({ path, fingerprint, resume: true });
  t.deepEqual(journal.trials, [trial(0), trial(5)]);
  t.deepEqual(
    journal.warnings.map((w) => /line (\d+) is left out/.exec(w)?.[1]),
    ['3', '4', '5'],
  );
  await journal.close();
});

test('the journal of another run, version or program is refused and left as it is', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  await written(path, 1);
  const before = await readFile(path);
  const other = { ...fingerprint, device: 'Other', extra: true };
  const error = await t.throwsAsync(Journal.open({ path, fingerprint: other, resume: true }), {
    instanceOf: ResultsError,
    message: /device \("Test CPU" there, "Other" now\); extra \(none there, true now\).*--resume/,
  });
  t.is(error.problem, 'fingerprint');
  t.is(error.path, path);
  t.deepEqual(await readFile(path), before);

  await writeFile(path, before.toString().replace('"schemaVersion":1', '"schemaVersion":99'));
  await t.throwsAsync(Journal.open({ path, fingerprint, resume: true }), {
    instanceOf: ResultsError,
    message: /version 1 .* received 99/,
  });
  await writeFile(path, 'hello\nworld\n');
  await t.throwsAsync(Journal.open({ path, fingerprint, resume: true }), {
    instanceOf: ResultsError,
    message: /header .* line 1 .* received "hello"/,
  });
  t.is(await readFile(path, 'utf8'), 'hello\nworld\n');
});

test('without resume a new journal starts and the old one is kept beside it', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  await written(path, 2);
  const before = await readFile(path);
  const journal = await Journal.open({ path, fingerprint, resume: false });
  t.deepEqual(journal.trials, []);
  await journal.close();
  t.deepEqual(await readFile(`${path}.previous`), before);
});

test('a run without trials does not push out the journal that was set aside', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  await written(path, 2);
  const before = await readFile(path);
  for (let run = 0; run < 3; run++) {
    const journal = await Journal.open({ path, fingerprint, resume: false });
    await journal.close();
  }
  t.deepEqual(await readFile(`${path}.previous`), before);
});

test('resuming where there is no journal starts one', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  const journal = await Journal.open({ path, fingerprint, resume: true });
  await journal.append([trial(1)]);
  await journal.close();
  t.true((await stat(path)).size > 0);
});

test('appends made at once are all written, whole', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  const journal = await Journal.open({ path, fingerprint, resume: false });
  const indices = Array.from({ length: 40 }, (_, i) => i);
  await Promise.all(indices.map((i) => journal.append([trial(i, { outcome: okOutcome(i + 1, 31) })])));
  await journal.close();
  const again = await Journal.open({ path, fingerprint, resume: true });
  t.deepEqual(again.warnings, []);
  t.deepEqual(
    again.trials.map(({ name }) => name),
    indices.map((i) => `variant-${i}`),
  );
  await again.close();
});

test('a failed trial is kept as it is', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  const failed = trial(1, {
    outcome: { status: 'failed', invalidity: 'timeout', message: 'hung\nfor "10 s"' },
  });
  const journal = await Journal.open({ path, fingerprint, resume: false });
  await journal.append([failed]);
  await journal.close();
  const again = await Journal.open({ path, fingerprint, resume: true });
  t.deepEqual(again.trials, [failed]);
  await again.close();
});

test('a full disk is one clear error, and what was written before is whole', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  await written(path, 1);
  // A limit on file size stands in for a full disk: the write is cut in the middle, then fails.
  const script = `
    const [, module, path, fingerprint, trials] = process.argv;
    const { Journal } = await import(module);
    const journal = await Journal.open({ path, fingerprint: JSON.parse(fingerprint), resume: true });
    const error = await journal.append(JSON.parse(trials)).catch((e) => e);
    await journal.close();
    console.log(JSON.stringify([error.name, error.problem, error.path, error.message]));`;
  const many = JSON.stringify(Array.from({ length: 40 }, (_, i) => trial(i + 10)));
  const module = new URL('../../autotune/journal.js', import.meta.url).href;
  const node = [process.execPath, '--input-type=module', '-e', script, module, path];
  const command = ['-c', 'ulimit -f 4; "$0" "$@"', ...node, JSON.stringify(fingerprint), many];
  const { stdout } = await promisify(execFile)('bash', command);
  const [name, kind, where, message] = JSON.parse(stdout) as string[];
  t.deepEqual([name, kind, where], ['ResultsError', 'write', path]);
  t.regex(message!, /Expected to write .* raise the limit, then run again with --resume/);
  const journal = await Journal.open({ path, fingerprint, resume: true });
  t.deepEqual(journal.trials, [trial(0)]);
  t.deepEqual(journal.warnings, []);
  await journal.close();
});

test('a journal that is no regular file is refused', async (t) => {
  await t.throwsAsync(Journal.open({ path: await temporaryFolder(t), fingerprint, resume: true }), {
    instanceOf: ResultsError,
    message: /no regular file/,
  });
});

test('a path that cannot be written is one clear error with the remedy', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), 'x');
  const path = join(folder, 'file', 'journal.jsonl');
  const error = await t.throwsAsync(Journal.open({ path, fingerprint, resume: false }), {
    instanceOf: ResultsError,
    message: /--out/,
  });
  t.is(error.problem, 'write');
});

test('a journal whose file shrank behind its back still appends whole lines', async (t) => {
  const path = join(await temporaryFolder(t), 'journal.jsonl');
  const journal = await Journal.open({ path, fingerprint, resume: false });
  const { size } = await stat(path);
  await journal.append([trial(0)]);
  await truncate(path, size);
  await journal.append([trial(1)]);
  await journal.close();
  const again = await Journal.open({ path, fingerprint, resume: true });
  t.deepEqual(again.trials, [trial(1)]);
  await again.close();
});
