import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseWinners } from '../../autotune/results/index.js';
import { projectPath, scratchDirectory } from '../support/paths.js';

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the first signal to the end. */
  readonly endedAfter: number;
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Sends a signal, SIGINT unless stated, once standard output contains this. */
  readonly interruptAt?: string;
  readonly signal?: NodeJS.Signals;
  /** Sends it twice. */
  readonly twice?: boolean;
}

/** Runs `gqs-tune` with its cache in a scratch folder. */
function gqsTune(t: ExecutionContext, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const cwd = scratchDirectory(t);
  const env = { ...process.env, GQS_CACHE: join(cwd, 'cache'), ...options.env };
  const child = spawn(process.execPath, [projectPath('dist', 'autotune', 'cli.js'), ...args], { cwd, env });
  let [stdout, stderr, signalled] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (options.interruptAt !== undefined && signalled === 0 && stdout.includes(options.interruptAt)) {
      signalled = performance.now();
      for (let i = 0; i < (options.twice === true ? 2 : 1); i++) child.kill(options.signal ?? 'SIGINT');
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.once('close', (status) => {
      resolve({ status, stdout, stderr, endedAfter: performance.now() - signalled });
    });
  });
}

/** One message on standard error, nothing else, and no stack. */
const rejected = test.macro(
  async (t: ExecutionContext, args: readonly string[], message: RegExp, env?: NodeJS.ProcessEnv) => {
    const { status, stdout, stderr } = await gqsTune(t, args, env === undefined ? {} : { env });
    t.is(status, 1);
    t.is(stdout, '');
    t.regex(stderr, message);
    t.is(stderr.trim().split('\n').length, 1);
    t.notRegex(stderr, /^\s+at /m);
  },
);

const cpu = ['tune', '--device', 'cpu'] as const;
test(
  'an unknown device',
  rejected,
  ['tune', '--device', 'tpu'],
  /Expected one of .*cpu for --device but received "tpu"/,
);
test('an unknown preset', rejected, [...cpu, '--preset', 'llama-9'], /--preset but received "llama-9"/);
test('malformed shapes', rejected, [...cpu, '--shapes', '4096*4096'], /NxK pairs such as/);
test('an unknown option', rejected, [...cpu, '--fast'], /unknown option '--fast'/);
test(
  'an unknown architecture',
  rejected,
  ['tune', '--emit-only', '--arch', 'sm_12'],
  /sm_120 for --arch but received "sm_12"/,
);
test('--emit-only without --arch', rejected, ['tune', '--emit-only'], /Expected --arch with --emit-only/);
test(
  'k that groups do not divide',
  rejected,
  [...cpu, '--shapes', '64x100'],
  /multiple of the group size 16/,
);
test(
  'an activation for another kind of device',
  rejected,
  [...cpu, '--activation', 'bf16'],
  /f32 or i8 for --activation/,
);
test(
  'a malformed budget',
  rejected,
  [...cpu, '--budget', '5 minutes'],
  /for --budget but received "5 minutes"/,
);
test('no jobs', rejected, [...cpu, '--jobs', '0'], /at least 1 for --jobs/);
test('an unknown strategy', rejected, [...cpu, '--strategy', 'luck'], /for --strategy but received "luck"/);
test('unknown rows', rejected, [...cpu, '--rows', 'zigzag'], /for --rows but received "zigzag"/);
test(
  'a model that is not there',
  rejected,
  [...cpu, '--model', 'none.json'],
  /config\.json of a model for --model/,
);
test('no C++ compiler', rejected, [...cpu, '--shapes', '64x128'], /remedy: install g\+\+/, {
  CXX: '/nonexistent/c++',
});
test(
  'results below a file',
  rejected,
  [...cpu, '--shapes', '64x128', '--out', '/dev/null/x'],
  /another folder with --out/,
);

test('--arch without --emit-only', rejected, [...cpu, '--arch', 'sm_80'], /--arch only with --emit-only/);
test(
  'an option that --emit-only has no use for',
  rejected,
  ['tune', '--emit-only', '--arch', 'sm_80', '--resume'],
  /--emit-only without --resume/,
);
test(
  'a seed beyond 32 bits',
  rejected,
  [...cpu, '--seed', '9007199254740991'],
  /at most 4294967295 for --seed/,
);
test(
  'more groups per row than an index holds',
  rejected,
  [...cpu, '--shapes', '16x1048576', '--group-size', '4'],
  /at most 65536 groups per row.*larger --group-size/,
);
test('no folder', rejected, [...cpu, '--shapes', '64x128', '--out', ''], /a folder for --out/);
test(
  'a folder instead of a model',
  rejected,
  [...cpu, '--model', '/'],
  /\/ is a folder\. Name the config\.json/,
);
test(
  'a layer that no memory holds',
  rejected,
  [...cpu, '--shapes', '9999999x1048576'],
  /Leave the layer out/,
);
test(
  'a restriction to a parameter that there is not',
  rejected,
  [...cpu, '--restrict', 'speed=1'],
  /for --restrict but received "speed"/,
);
if (process.platform === 'linux') {
  test(
    'results where folders cannot be made',
    rejected,
    [...cpu, '--shapes', '64x128', '--out', '/proc/gqs/results'],
    /folder cannot be made there: choose another folder with --out/,
  );
  test(
    'a cache where folders cannot be made',
    rejected,
    [...cpu, '--shapes', '64x128'],
    /GQS_CACHE to another/,
    {
      GQS_CACHE: '/proc/gqs',
    },
  );
}

test('an nvcc that is too old', async (t) => {
  const home = scratchDirectory(t);
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(home, 'bin'));
  const nvcc = join(home, 'bin', 'nvcc');
  writeFileSync(nvcc, '#!/bin/sh\necho "Cuda compilation tools, release 11.5, V11.5.119"\n');
  chmodSync(nvcc, 0o755);
  const { status, stderr } = await gqsTune(t, ['tune', '--emit-only', '--arch', 'sm_80'], {
    env: { CUDA_HOME: home },
  });
  t.is(status, 1);
  t.regex(stderr, /Expected nvcc 12\.0 or newer for sm_80 but received 11\.5/);
});

test('--help and --list-devices', async (t) => {
  const help = await gqsTune(t, ['tune', '--help']);
  t.is(help.status, 0);
  for (const option of ['--device', '--shapes', '--budget', '--emit-only', '--resume', '--json'])
    t.true(help.stdout.includes(option));
  const devices = await gqsTune(t, ['tune', '--list-devices']);
  t.is(devices.status, 0);
  t.regex(devices.stdout, /^cpu: /m);
});

test('a run from end to end, and again with --resume', async (t) => {
  const out = join(scratchDirectory(t), 'results');
  const args = [...cpu, '--hot', '--shapes', '96x128', '--activation', 'f32', '--budget', '8', '--out', out];
  const first = await gqsTune(t, [...args, '--json']);
  t.is(first.status, 0, first.stderr);
  const events = first.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.deepEqual([events[0]?.['event'], events.at(-1)?.['event']], ['device', 'done']);
  const file = parseWinners(out, readFileSync(join(out, 'winners.json'), 'utf8'));
  t.is(file.winners.length, 1);
  t.true(file.winners[0]!.speedupOverDefault > 0);
  for (const name of ['trials.t4.json', 'report.md', 'journal.jsonl'])
    t.true(existsSync(join(out, name)), name);
  const journal = readFileSync(join(out, 'journal.jsonl'), 'utf8');
  // Trials of an earlier version do not keep the run from going on.
  const old = readFileSync(join(out, 'trials.t4.json'), 'utf8').replaceAll('"isa":"', '"isa":"old-');
  writeFileSync(join(out, 'trials.t4.json'), old);
  const second = await gqsTune(t, [...args, '--resume']);
  t.is(second.status, 0, second.stderr);
  t.regex(second.stdout, /96x128 +W4 G16/);
  t.regex(second.stdout, /warning: .*not of this version of gqs/);
  t.is(readFileSync(join(out, 'trials.t4.json.previous'), 'utf8'), old);
  t.is(readFileSync(join(out, 'journal.jsonl'), 'utf8'), journal);
  // Cut in the middle of a line, only the trial of that line is measured again.
  writeFileSync(join(out, 'journal.jsonl'), journal.slice(0, -40));
  const third = await gqsTune(t, [...args, '--resume']);
  t.is(third.status, 0, third.stderr);
  t.regex(third.stdout, /warning: .*was cut off/);
  const lines = (text: string) => text.trim().split('\n');
  t.deepEqual(
    lines(readFileSync(join(out, 'journal.jsonl'), 'utf8')).slice(0, -1),
    lines(journal).slice(0, -1),
  );
  const [header, ...rest] = journal.split('\n');
  const foreign = [header!.replace(/"device":"[^"]*"/, '"device":"Other"'), ...rest].join('\n');
  writeFileSync(join(out, 'journal.jsonl'), foreign);
  const fourth = await gqsTune(t, [...args, '--resume']);
  t.is(fourth.status, 1);
  t.regex(fourth.stderr, /differs in device \("Other" there.*without --resume to start over/);
  t.is(readFileSync(join(out, 'journal.jsonl'), 'utf8'), foreign);
});

test('Ctrl-C ends a run soon, with what was measured', async (t) => {
  const out = join(scratchDirectory(t), 'results');
  const args = [
    ...cpu,
    '--shapes',
    '96x128',
    '--activation',
    'f32',
    '--budget',
    '200',
    '--out',
    out,
    '--json',
  ];
  const run = await gqsTune(t, args, { interruptAt: '"phase":"seeds"' });
  t.is(run.status, 130);
  t.true(run.endedAfter < 5000);
  const last = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as {
    event: string;
    summary: { interrupted: boolean };
  };
  t.is(last.event, 'done');
  t.true(last.summary.interrupted);
  const lines = readFileSync(join(out, 'journal.jsonl'), 'utf8').trim().split('\n');
  t.true(lines.length > 1);
  t.true(existsSync(join(out, 'trials.t4.json')));
});

test('SIGTERM ends a run like Ctrl-C, and a second signal at once', async (t) => {
  const out = join(scratchDirectory(t), 'results');
  const args = [...cpu, '--hot', '--shapes', '96x128', '--activation', 'f32', '--budget', '60', '--out', out];
  const first = await gqsTune(t, args, { interruptAt: '  seeds', signal: 'SIGTERM' });
  t.is(first.status, 143);
  t.regex(first.stdout, /Continue with --resume/);
  const kept = readFileSync(join(out, 'journal.jsonl'), 'utf8');
  t.true(kept.trim().split('\n').length > 1);
  const second = await gqsTune(t, [...args, '--resume'], { interruptAt: '  explore', twice: true });
  t.is(second.status, 130);
  t.true(readFileSync(join(out, 'journal.jsonl'), 'utf8').startsWith(kept));
  const killed = await gqsTune(t, [...args, '--resume'], { interruptAt: '  explore', signal: 'SIGKILL' });
  t.is(killed.status, null);
  const last = await gqsTune(t, [...args.slice(0, -3), '12', '--out', out, '--resume']);
  t.is(last.status, 0, last.stderr);
  const journal = readFileSync(join(out, 'journal.jsonl'), 'utf8');
  t.true(journal.startsWith(kept));
  const keys = journal
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as { hash: string; repetitions: number })
    .map(({ hash, repetitions }) => `${hash} ${repetitions}`);
  t.is(new Set(keys).size, keys.length);
});
