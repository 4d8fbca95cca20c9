/** One kernel under Nsight Compute. */
import { fileURLToPath } from 'node:url';
import { runProcess, type ProcessEnd } from '../../runtime/index.js';
import { profiledLaunches, warmUpLaunches, type LaunchRequest } from './launch-request.js';
import { rejectsMetrics, unknownMetrics } from './ncu-complaints.js';
import { allMetrics, coreMetrics } from './ncu-metrics.js';
import { readOutput, type NcuReading } from './read-output.js';

const script = fileURLToPath(new URL('./launch-winner.js', import.meta.url));
/** ncu may name one metric at a time. */
const mostAttempts = 8;

export interface NcuOptions {
  /** The program. */
  readonly ncu: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Metrics that this ncu is known not to know. */
  readonly unknown?: readonly string[];
  /** Hears what ncu printed so far, after every attempt. */
  readonly onOutput?: (output: string) => Promise<void>;
}

export type NcuResult = NcuReading & { readonly unknown: readonly string[] };

/** Profiles a few launches; asks again without the metrics that this version does not know. @throws the signal's reason */
export async function runNcu(request: LaunchRequest, options: NcuOptions): Promise<NcuResult> {
  const unknown = new Set(options.unknown);
  let wanted = allMetrics;
  let printed = '';
  for (let attempt = 1; ; attempt++) {
    const asked = wanted.filter((metric) => !unknown.has(metric));
    const end = await startNcu(request, asked, options);
    const output = end.kind === 'exit' ? `${end.stdout}\n${end.stderr}` : '';
    printed += `${output}\n`;
    await options.onOutput?.(printed);
    const result = readOutput(output, end);
    const named = unknownMetrics(output, asked);
    const isOver = result.kind !== 'failed' || !rejectsMetrics(output) || attempt === mostAttempts;
    if (isOver || (named.length === 0 && wanted === coreMetrics)) return { ...result, unknown: [...unknown] };
    if (named.length === 0) wanted = coreMetrics;
    for (const metric of named) unknown.add(metric);
  }
}

function startNcu(
  request: LaunchRequest,
  asked: readonly string[],
  { ncu, timeoutMs, signal }: NcuOptions,
): Promise<ProcessEnd> {
  const args = [
    ...['--csv', '--page', 'raw', '--print-units', 'base', '--target-processes', 'all'],
    // Clocks as in the tuner's runs; caches flushed before each pass, though the weights rotate as well.
    ...['--clock-control', 'none', '--cache-control', 'all', '--kernel-name', 'regex:gqs_'],
    ...['--launch-skip', `${warmUpLaunches}`, '--launch-count', `${profiledLaunches}`],
    ...['--metrics', asked.join(','), process.execPath, script, JSON.stringify(request)],
  ];
  return runProcess(ncu, args, { timeoutMs, ...(signal === undefined ? {} : { signal }) });
}
