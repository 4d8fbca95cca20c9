/** Reads what `ncu --csv --page raw` printed. */
import { parse } from 'csv-parse/sync';
import { metrics, stallMetric, stallReasons, type CounterName, type StallReason } from './ncu-metrics.js';

/** One launch of a kernel. Counters that ncu did not give are missing. */
export interface KernelCounters {
  readonly kernel: string;
  readonly counters: Partial<Record<CounterName, number>>;
  /** Warps in each state, per issued instruction. */
  readonly stalls: Partial<Record<StallReason, number>>;
}

const counterNames = Object.keys(metrics) as CounterName[];

/** Launches in their order; none where the output holds no table. */
export function parseNcu(output: string): KernelCounters[] {
  const [header = [], units = [], ...rows] = readTable(tableText(output));
  const columns = new Map(header.map((name, index) => [name, index]));
  const kernel = columns.get('Kernel Name');
  if (kernel === undefined) return [];
  return rows.map((row) => {
    const value = (metric: string): number | undefined => {
      const index = columns.get(metric);
      return index === undefined ? undefined : inBaseUnits(row[index] ?? '', units[index] ?? '');
    };
    return {
      kernel: row[kernel] ?? '',
      counters: pick(counterNames, (name) => value(metrics[name].metric)),
      stalls: pick(stallReasons, (reason) => value(stallMetric(reason))),
    };
  });
}

/** The table without what stands around it: ncu's own lines and those of the profiled program. */
function tableText(output: string): string {
  const lines = output.split(/\r?\n/);
  const begin = lines.findIndex((line) => line.startsWith('"ID",'));
  return begin < 0
    ? ''
    : lines
        .slice(begin)
        .filter((line) => line.startsWith('"'))
        .join('\n');
}

/** A table that was cut off in the middle of a line keeps the lines before. */
function readTable(text: string): string[][] {
  for (const kept of [text, text.slice(0, Math.max(0, text.lastIndexOf('\n')))]) {
    try {
      return parse(kept, { relax_column_count: true });
    } catch {
      // Broken quotes: once more without the last line.
    }
  }
  return [];
}

/** To bytes and nanoseconds, in the words of ncu of all versions. */
const factors: Readonly<Record<string, number>> = {
  ...{ Kbyte: 1e3, Mbyte: 1e6, Gbyte: 1e9 },
  ...{ usecond: 1e3, us: 1e3, msecond: 1e6, ms: 1e6, second: 1e9, s: 1e9 },
};

/** Undefined for what is no number, such as n/a. */
function inBaseUnits(text: string, unit: string): number | undefined {
  const number = text.trim() === '' ? NaN : Number(text.replaceAll(',', ''));
  return Number.isFinite(number) ? number * (factors[unit] ?? 1) : undefined;
}

function pick<Name extends string>(
  names: readonly Name[],
  valueOf: (name: Name) => number | undefined,
): Partial<Record<Name, number>> {
  const found: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const value = valueOf(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
