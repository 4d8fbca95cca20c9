/** `gqs-tune profile` as a user calls it, where there is nothing to profile. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { rawText } from '../../../autotune/profile/raw-record.js';
import { projectPath, scratchDirectory } from '../../support/paths.js';
import { gqsTune, rejected } from '../bench/gqs-tune.js';
import { run, subject } from './profile-fixture.js';

const noNcu = ['--ncu', '/no/such/ncu'] as const;
const h200 = projectPath('results', 'nvidia-h200');

test('a CPU', rejected, ['profile', '--device', 'cpu'], /Expected a GPU for --device but received "cpu"/);
test('an unknown option', rejected, ['profile', '--metrics', 'all'], /unknown option '--metrics'/);
test(
  'no ncu',
  rejected,
  ['profile', ...noNcu],
  /Expected Nsight Compute as \/no\/such\/ncu .*remedy: install/,
);
test(
  'no winners',
  rejected,
  ['profile', '--results', 'none'],
  /Expected winners in none\/winners\.json.*no such/,
);
test('a malformed shape', rejected, ['profile', '--shapes', '4096'], /NxK pairs such as/);
test('a malformed limit', rejected, ['profile', '--limit', '0'], /at least 1 for --limit but received "0"/);
test(
  'an unknown type of x',
  rejected,
  ['profile', '--activation', 'f8'],
  /for --activation but received "f8"/,
);
test('tokens that no kernel takes', rejected, ['profile', '--m', '3'], /for --m but received "3"/);
test('no raw output', rejected, ['profile', '--raw', 'none.txt'], /Expected what ncu printed in none\.txt/);
test(
  'a shape that was not tuned',
  rejected,
  ['profile', '--results', h200, '--shapes', '64x128'],
  /Expected a winner for these options in .* none of its \d+, whose shapes are .*4096x4096/,
);

test('a GPU that is not there', async (t) => {
  const ncu = join(scratchDirectory(t), 'ncu');
  writeFileSync(ncu, '#!/bin/sh\necho "Version 2025.3.1.0"\n');
  chmodSync(ncu, 0o755);
  const { status, stderr } = await gqsTune(t, ['profile', '--device', 'cuda:99', '--ncu', ncu]);
  t.is(status, 1);
  t.regex(stderr, /Expected one of .*cpu.* for --device but received "cuda:99"/);
});

test('raw output is made into counters without a GPU; what has none is the exit status', async (t) => {
  const folder = scratchDirectory(t);
  const recorded = readFileSync(projectPath('test', 'fixtures', 'ncu', 'raw.txt'), 'utf8');
  writeFileSync(join(folder, 'raw.txt'), rawText({ run, subject }, recorded));
  const good = await gqsTune(t, ['profile', '--raw', 'raw.txt', '--out', 'out'], folder);
  t.is(good.status, 0, good.stderr);
  t.is(good.stdout, `${join('out', 'counters.json')}\n${join('out', 'counters.md')}\n`);
  writeFileSync(join(folder, 'raw.txt'), rawText({ run, subject }, '==ERROR== No kernels were profiled.\n'));
  const bad = await gqsTune(t, ['profile', '--raw', 'raw.txt', '--out', 'out'], folder);
  t.is(bad.status, 1);
  t.regex(
    bad.stderr,
    /^gqs-tune: 1 of 1 winners have no counters; the first: .*No kernels were profiled\.\n$/,
  );
});

test('help lists the options', async (t) => {
  const help = await gqsTune(t, ['profile', '--help']);
  for (const option of ['--raw', '--keep-raw', '--limit', '--ncu', '--results'])
    t.true(help.stdout.includes(option), option);
});
