/** Counters again, from what ncu printed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { profileSchema } from '../../../autotune/profile/profile-file.js';
import { parseRaw, rawText } from '../../../autotune/profile/raw-record.js';
import { rebuildProfile } from '../../../autotune/profile/rebuild-profile.js';
import { mergeWinners } from '../../../autotune/results/index.js';
import { generate } from '../../../generator/index.js';
import { rowPermuted } from '../../generator/cuda/cuda-samples.js';
import { projectPath, scratchDirectory } from '../../support/paths.js';
import { someProblem } from '../report/report-fixture.js';
import { provenance, winner } from '../report/results-fixture.js';
import { run, subject } from './profile-fixture.js';

const recorded = readFileSync(projectPath('test', 'fixtures', 'ncu', 'raw.txt'), 'utf8');
const other = { ...subject, problem: { ...subject.problem, m: 16 as const } };
const everything = { wanted: () => true, command: 'npm run profile' };

/** As ncu prints it for the kernel of a winner. */
function outputFor(variant = rowPermuted): string {
  const { symbol } = generate(someProblem, variant, 'sm_90').manifest;
  return recorded.replaceAll(/gqs_row_permuted_\w+/g, symbol);
}

async function resultsFolder(t: ExecutionContext, problems = [someProblem]): Promise<string> {
  const folder = scratchDirectory(t);
  const winners = problems.map((problem) => winner({ problem, variant: rowPermuted }));
  await mergeWinners(join(folder, 'winners.json'), provenance.device, provenance, winners);
  return folder;
}

function rawFile(t: ExecutionContext, text: string): string {
  const path = join(scratchDirectory(t), 'raw.txt');
  writeFileSync(path, text);
  return path;
}

test('what was kept needs nothing else: counters of the run that recorded them', async (t) => {
  const raw = scratchDirectory(t);
  writeFileSync(join(raw, 'a.txt'), rawText({ run, subject }, recorded));
  writeFileSync(
    join(raw, 'b.txt'),
    rawText({ run, subject: other }, '==ERROR== No kernels were profiled.\n'),
  );
  const out = scratchDirectory(t);
  const { file, written } = await rebuildProfile({ ...everything, raw, out });
  t.deepEqual(written, [join(out, 'counters.json'), join(out, 'counters.md')]);
  t.deepEqual([file.device, file.driver, file.profiler], ['A | GPU', '1.2', 'Nsight Compute 2025.3']);
  const [only] = profileSchema.parse(JSON.parse(readFileSync(written[0]!, 'utf8'))).winners;
  t.deepEqual([only!.launches, only!.medianUs], [2, 3.5]);
  // The median of two launches.
  t.is(only!.counters.durationNs, (6752 + 6304) / 2);
  t.deepEqual(
    file.failures.map(({ problem, reason }) => [problem.m, reason]),
    [[16, 'ncu gave no counters: ==ERROR== No kernels were profiled.']],
  );
});

test('records one after the other in a file are told apart, and the options choose among them', async (t) => {
  const text = rawText({ run, subject }, recorded) + rawText({ run, subject: other }, recorded);
  t.is(parseRaw('raw.txt', text).length, 2);
  const raw = rawFile(t, text);
  const out = scratchDirectory(t);
  const { file } = await rebuildProfile({ ...everything, raw, out, wanted: ({ m }) => m === 16 });
  t.deepEqual(
    file.winners.map(({ problem }) => problem.m),
    [16],
  );
  const first = await rebuildProfile({ ...everything, raw, out, limit: 1 });
  t.is(first.file.winners[0]!.problem.m, 1);
  await t.throwsAsync(rebuildProfile({ ...everything, raw, out, wanted: ({ m }) => m === 4 }), {
    message: /^Expected counters for these options in .* but received none among 2 outputs/,
  });
});

test('metrics that ncu did not know then are told of now', async (t) => {
  const output = `==ERROR== Failed to find metric smsp__inst_executed.sum\n${recorded}`;
  const raw = rawFile(t, rawText({ run, subject }, output));
  const { file } = await rebuildProfile({ ...everything, raw, out: scratchDirectory(t) });
  t.deepEqual(file.unknownMetrics, ['smsp__inst_executed.sum']);
});

test('output of ncu itself belongs to the winner whose kernel it names', async (t) => {
  const results = await resultsFolder(t);
  const { file } = await rebuildProfile({ ...everything, raw: rawFile(t, outputFor()), results });
  t.is(file.device, provenance.device);
  const [only] = file.winners;
  t.deepEqual([only!.problem, only!.processors, only!.smMhz], [someProblem, 132, 1980]);
  // Generated again, as the hash in winners.json is of no template that there is.
  t.not(only!.hash, only!.winnerHash);
  t.regex(readFileSync(join(results, 'counters.md'), 'utf8'), /generated again from their variants/);
});

test('output that could be of several winners, of none, or of nothing is refused', async (t) => {
  const results = await resultsFolder(t, [someProblem, { ...someProblem, density: 0.7 }]);
  const raw = rawFile(t, outputFor());
  await t.throwsAsync(rebuildProfile({ ...everything, raw, results }), {
    message: /that of gemv-\S+-d0\.5-f16, gemv-\S+-d0\.7-f16; remedy: choose one with --shapes/,
  });
  const one = await rebuildProfile({ ...everything, raw, results, wanted: ({ density }) => density === 0.7 });
  t.is(one.file.winners[0]!.problem.density, 0.7);
  const foreign = { ...everything, raw: rawFile(t, recorded), results };
  await t.throwsAsync(rebuildProfile(foreign), {
    message: /Expected the kernel of a winner in .*gqs_row_perm/,
  });
  const empty = { ...everything, raw: rawFile(t, ''), results };
  await t.throwsAsync(rebuildProfile(empty), { message: /Expected a table of ncu .* but received none/ });
  await t.throwsAsync(rebuildProfile({ ...everything, raw }), {
    message: /Expected --results with the winners/,
  });
});

test('a file that is not there, or with a heading of another version, is named', async (t) => {
  await t.throwsAsync(rebuildProfile({ ...everything, raw: '/no/such/raw.txt' }), {
    message: /^Expected what ncu printed in \/no\/such\/raw\.txt but received "ENOENT/,
  });
  const raw = rawFile(t, '==GQS== {"run":1}\n');
  await t.throwsAsync(rebuildProfile({ ...everything, raw }), {
    message: /Expected a heading of this version/,
  });
  const folder = scratchDirectory(t);
  mkdirSync(join(folder, 'inner'));
  await t.throwsAsync(rebuildProfile({ ...everything, raw: folder }), { message: /EISDIR/ });
});
