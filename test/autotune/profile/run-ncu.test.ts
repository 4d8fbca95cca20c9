/** How a profiler that fails is reported. The programs here stand where ncu would and only fail in its ways. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { findNcu, ncuVersion } from '../../../autotune/profile/find-ncu.js';
import { runNcu, type NcuResult } from '../../../autotune/profile/run-ncu.js';
import { rowPermuted, traits } from '../../generator/cuda/cuda-samples.js';
import { scratchDirectory, type Teardown } from '../../support/paths.js';

const problem = { op: 'gemv', n: 64, k: 256, density: 0.5, ...traits } as const;
const request = {
  ...({ device: 'cuda:0', arch: 'sm_90', problem, variant: rowPermuted, seed: 1, rows: 'even' } as const),
  binaryPath: 'kernel.cubin',
} as const;

function script(t: Teardown, body: string): string {
  const path = join(scratchDirectory(t), 'ncu');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function reasonOf(result: NcuResult): string {
  return result.kind === 'counted' ? 'counters' : result.reason;
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
  t.regex(reason, /may not read hardware counters .*remedy: run as root/);
});

const table = `echo '"ID","Kernel Name","gpu__time_duration.sum"'; echo '"","","ns"'; echo '"0","gqs_a","12"'`;

test('metrics that are unknown are asked for once, and not again, however many there are', async (t) => {
  const body = `case "$*" in
*smsp__inst_executed.sum,*) echo "==ERROR== Failed to find metric smsp__inst_executed.sum"; exit 1;;
*_gmma_*) echo "==ERROR== Failed to find metric regex:^smsp__average_warps_issue_stalled_gmma_per_issue_active\\.(ratio)$"; exit 1;;
*) ${table};;
esac`;
  const printed: string[] = [];
  const onOutput = (output: string) => Promise.resolve(void printed.push(output));
  const result = await runNcu(request, { ncu: script(t, body), timeoutMs: 20_000, onOutput });
  t.is(result.kind, 'counted');
  if (result.kind === 'counted') t.deepEqual(result.launches[0]!.counters, { durationNs: 12 });
  const unknown = [
    'smsp__inst_executed.sum',
    'smsp__average_warps_issue_stalled_gmma_per_issue_active.ratio',
  ];
  t.deepEqual(result.unknown, unknown);
  // All that was printed is kept after every attempt.
  t.is(printed.length, 3);
  t.true(printed[2]!.startsWith(printed[1]!.trimEnd()) && printed[2]!.includes('gqs_a'));
  const again: string[] = [];
  await runNcu(request, {
    ...{ ncu: script(t, body), timeoutMs: 20_000, unknown: result.unknown },
    onOutput: (output) => Promise.resolve(void again.push(output)),
  });
  t.is(again.length, 1);
});

test('a complaint of metrics that names none leads to the few that every version knows', async (t) => {
  const body = `case "$*" in
*_drain_*) echo "==ERROR== Failed to find metric #17"; exit 1;;
*) ${table};;
esac`;
  t.is((await runNcu(request, { ncu: script(t, body), timeoutMs: 20_000 })).kind, 'counted');
  const never = await failure(t, 'echo "==ERROR== Failed to find metric #17"; exit 1');
  t.regex(never, /status 1.*Failed to find metric #17/);
});

test('counters of a kernel that gave wrong results are none', async (t) => {
  const said = 'the kernel was not launched as it should: back to back: y[3] is wrong';
  t.is(await failure(t, `${table}; echo "${said}" >&2; exit 1`), said);
});

test('a program that is named is the only one that is tried', async (t) => {
  const ncu = script(t, 'echo "Version 2025.3.1.0 (build 1)"');
  t.deepEqual(await findNcu(ncu), { path: ncu, version: '2025.3.1.0' });
  await t.throwsAsync(findNcu('/no/such/ncu'), {
    message: /^Expected Nsight Compute as \/no\/such\/ncu but received none.*remedy: .*--ncu$/,
  });
});

test('else CUDA_HOME is searched', async (t) => {
  const home = scratchDirectory(t);
  mkdirSync(join(home, 'bin'));
  const path = join(home, 'bin', 'ncu');
  writeFileSync(path, '#!/bin/sh\necho "Version 2024.1"\n');
  chmodSync(path, 0o755);
  const found = await findNcu(undefined, { CUDA_HOME: home });
  t.true(found.path === path || found.path === 'ncu');
});
