/** How a profiler that fails is reported. The programs here stand where ncu would and only fail in its ways. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ncuVersion, runNcu, type NcuResult } from '../../../autotune/profile/run-ncu.js';
import { rowPermuted, traits } from '../../generator/cuda/cuda-samples.js';
import { runCommand } from '../../support/run-command.js';
import { projectPath, scratchDirectory, type Teardown } from '../../support/paths.js';

const problem = { op: 'gemv', n: 64, k: 256, density: 0.5, ...traits } as const;
const request = { device: 'cuda:0', arch: 'sm_90', problem, variant: rowPermuted, rows: 'even' } as const;

function script(t: Teardown, body: string): string {
  const path = join(scratchDirectory(t), 'ncu');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function reasonOf(result: NcuResult): string {
  return result.ok ? 'counters' : result.reason;
}

async function failure(t: Teardown, body: string, timeoutMs = 20_000): Promise<string> {
  return reasonOf(await runNcu(request, { ncu: script(t, body), timeoutMs }));
}

test('the version is read, and a program that does not start has none', async (t) => {
  t.is(await ncuVersion(script(t, 'echo "Version 2025.3.1.0 (build 1)"')), '2025.3.1.0');
  t.is(await ncuVersion(script(t, 'exit 3')), undefined);
  t.is(await ncuVersion('/no/such/ncu'), undefined);
});

test('a program that does not start, hangs, dies or gives no counters says so', async (t) => {
  t.regex(
    reasonOf(await runNcu(request, { ncu: '/no/such/ncu', timeoutMs: 1000 })),
    /does not start: .*ENOENT/,
  );
  t.is(await failure(t, 'sleep 20', 200), 'ncu gave no answer within its time limit');
  t.regex(await failure(t, 'kill -9 $$'), /ended by SIGKILL/);
  t.regex(
    await failure(t, 'echo "==ERROR== No kernels were profiled."; exit 1'),
    /status 1.*No kernels were profiled/,
  );
});

test('missing rights to read counters have a remedy', async (t) => {
  const reason = await failure(t, 'echo "==ERROR== ERR_NVGPUCTRPERM - no permission"; exit 1');
  t.regex(reason, /may not read hardware counters; run as root/);
});

test('metrics that are unknown are asked for once, and not again', async (t) => {
  const body = `case "$*" in
*smsp__inst_executed.sum*) echo "==ERROR== Failed to find metric smsp__inst_executed.sum"; exit 1;;
*) echo '"ID","Kernel Name","gpu__time_duration.sum"'; echo '"","","ns"'; echo '"0","gqs_a","12"';;
esac`;
  const result = await runNcu(request, { ncu: script(t, body), timeoutMs: 20_000 });
  t.true(result.ok);
  if (result.ok) t.deepEqual(result.counters.counters, { durationNs: 12 });
});

const cli = projectPath('dist', 'autotune', 'cli.js');

test('the command refuses a CPU and unknown options', async (t) => {
  const cpu = await runCommand(process.execPath, [cli, 'profile', '--device', 'cpu']);
  t.is(cpu.status, 1);
  t.regex(cpu.stderr, /Expected a GPU for hardware counters but received/);
  const unknown = await runCommand(process.execPath, [cli, 'profile', '--metrics', 'all']);
  t.is(unknown.status, 1);
  t.regex(unknown.stderr, /unknown option '--metrics'/);
});
