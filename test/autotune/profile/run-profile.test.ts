/**
 * A whole profile, on the CPU: kernels are compiled, launched and checked for real. The program in place of ncu runs
 * what it is told to run and prints a recorded table, as the CPU has no such counters.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { rebuildProfile } from '../../../autotune/profile/rebuild-profile.js';
import { runProfile } from '../../../autotune/profile/run-profile.js';
import { defaultVariant, type Problem } from '../../../generator/index.js';
import { openDevice } from '../../../runtime/index.js';
import { projectPath, scratchDirectory, type Teardown } from '../../support/paths.js';
import { provenance, winner } from '../report/results-fixture.js';

const device = openDevice('cpu').description;
const problem: Problem = {
  ...{ op: 'gemv', n: 512, k: 1024, m: 1, bits: 4, groupSize: 16, density: 0.5 },
  ...{ activation: 'f32', output: 'f32', epilogue: 'none' },
};
const wanted = { winner: winner({ problem, variant: defaultVariant(problem, device.target) }), provenance };
const recorded = projectPath('test', 'fixtures', 'ncu', 'raw.txt');

/** Runs everything from node on; prints `table` if that went well. */
function profiler(t: Teardown, table: string): string {
  const path = join(scratchDirectory(t), 'ncu');
  const body = `while [ "$1" != "${process.execPath}" ]; do shift; done\n"$@" && cat "${table}"`;
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function options(t: Teardown, ncu: string, said: string[]) {
  const common = {
    device,
    ncu: { path: ncu, version: '1.2' },
    timedOn: device.name,
    command: 'npm run profile',
  };
  const [out, keepRaw] = [scratchDirectory(t), join(scratchDirectory(t), 'raw')];
  const say = (line: string) => void said.push(line);
  return { ...common, winners: [wanted], out, keepRaw, say, signal: new AbortController().signal };
}

test('counters are kept, and what ncu printed makes the same files again', async (t) => {
  const said: string[] = [];
  const given = options(t, profiler(t, recorded), said);
  const { file, written } = await runProfile(given);
  t.deepEqual(file.failures, []);
  t.is(file.winners[0]!.launches, 2);
  t.regex(said.join('\n'), /^1 of 1, gemv-512x1024-\S+: 6\.53 us by itself; templates have changed/);
  const out = scratchDirectory(t);
  const again = await rebuildProfile({ ...given, raw: given.keepRaw, out, wanted: () => true });
  t.deepEqual(
    again.written.map((path) => readFileSync(path, 'utf8')),
    written.map((path) => readFileSync(path, 'utf8')),
  );
});

test('a variant that does not compile is a reason, and the next one is profiled', async (t) => {
  const said: string[] = [];
  const given = options(t, profiler(t, recorded), said);
  const broken = { ...wanted, winner: winner({ problem: { ...problem, activation: 'bf16' as const } }) };
  const { variant } = wanted.winner;
  const winners = [{ ...broken, winner: { ...broken.winner, variant } }, wanted];
  const { file } = await runProfile({ ...given, winners });
  t.deepEqual([file.failures.length, file.winners.length], [1, 1]);
  t.regex(said[0]!, /^1 of 2, gemv-512x1024-\S+-bf16-\S+: not profiled: .+/);
});

test('no rights to read counters end the run with one message, what was printed kept', async (t) => {
  const table = join(scratchDirectory(t), 'forbidden.txt');
  writeFileSync(table, '==ERROR== ERR_NVGPUCTRPERM - The user does not have permission\n');
  const given = options(t, profiler(t, table), []);
  await t.throwsAsync(runProfile(given), {
    message: /^Expected hardware counters but this user may not .*remedy/,
  });
  t.true(existsSync(join(given.keepRaw, 'gemv-512x1024-m1-w4g16-d0.5-f32.txt')));
});
