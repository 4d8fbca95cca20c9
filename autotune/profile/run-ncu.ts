/** One kernel under Nsight Compute. */
import { fileURLToPath } from 'node:url';
import { runProcess, type ProcessEnd } from '../../runtime/index.js';
import type { LaunchRequest } from './launch-winner.js';
import { metrics, stallMetric, stallReasons } from './ncu-metrics.js';
import { parseNcu, unknownMetrics, type KernelCounters } from './parse-ncu.js';

const script = fileURLToPath(new URL('./launch-winner.js', import.meta.url));
/** The first launches find an idle device. */
const skippedLaunches = 2;

export interface NcuOptions {
  /** The program. */
  readonly ncu: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type NcuResult =
  | { readonly ok: true; readonly counters: KernelCounters; readonly output: string }
  | { readonly ok: false; readonly reason: string; readonly output: string };

/** "2025.3.1.0", or undefined where the program does not start. */
export async function ncuVersion(ncu: string): Promise<string | undefined> {
  const end = await runProcess(ncu, ['--version'], { timeoutMs: 60_000 });
  return end.kind === 'exit' && end.status === 0 ? /Version ([\d.]+)/.exec(end.stdout)?.[1] : undefined;
}

/** Profiles one launch of the kernel; asks again without the metrics that this version does not know. @throws the signal's reason */
export async function runNcu(request: LaunchRequest, options: NcuOptions): Promise<NcuResult> {
  const all = [...Object.values(metrics), ...stallReasons.map(stallMetric)];
  const first = await attempt(request, all, options);
  const unknown = unknownMetrics(first.output);
  if (first.ok || unknown.length === 0) return first;
  return attempt(
    request,
    all.filter((metric) => !unknown.includes(metric)),
    options,
  );
}

async function attempt(
  request: LaunchRequest,
  asked: readonly string[],
  { ncu, timeoutMs, signal }: NcuOptions,
): Promise<NcuResult> {
  const args = [
    ...['--csv', '--page', 'raw', '--clock-control', 'none', '--cache-control', 'all'],
    ...['--target-processes', 'all', '--kernel-name', 'regex:gqs_', '--launch-skip', `${skippedLaunches}`],
    ...['--launch-count', '1', '--metrics', asked.join(',')],
    ...[process.execPath, script, JSON.stringify(request)],
  ];
  const end = await runProcess(ncu, args, { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  const output = end.kind === 'exit' ? `${end.stdout}\n${end.stderr}` : '';
  const [counters] = parseNcu(output);
  if (counters !== undefined) return { ok: true, counters, output };
  return { ok: false, reason: failureOf(end, output), output };
}

function failureOf(end: ProcessEnd, output: string): string {
  if (/ERR_NVGPUCTRPERM/.test(output)) {
    return 'this user may not read hardware counters; run as root, or let the driver allow it (NVreg_RestrictProfilingToAdminUsers=0)';
  }
  switch (end.kind) {
    case 'not_started':
      return `ncu does not start: ${end.error.message}`;
    case 'timeout':
      return 'ncu gave no answer within its time limit';
    case 'signal':
      return `ncu was ended by ${end.signal}`;
    case 'exit':
      return `ncu gave no counters (status ${end.status}): ${lastError(output)}`;
  }
}

function lastError(output: string): string {
  const lines = output.split('\n').filter((line) => /error/i.test(line));
  return lines[0]?.trim() ?? output.trim().split('\n').at(-1) ?? '';
}
