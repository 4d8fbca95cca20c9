/** Reads what `ncu --csv --page raw` printed. */
import { parse } from 'csv-parse/sync';
import { metrics, stallMetric, stallReasons, type CounterName, type StallReason } from './ncu-metrics.js';

/** One launch of a kernel. Counters that ncu did not give are missing. */
export interface KernelCounters {
  readonly kernel: string;
  readonly counters: Partial<Record<CounterName, number>>;
  /** Warps that wait for each reason, per issued instruction. */
  readonly stalls: Partial<Record<StallReason, number>>;
}

/** Launches in their order; none where the output holds no table. */
export function parseNcu(output: string): KernelCounters[] {
  // Around the table stand ncu's own lines and those of the profiled program.
  const table = output.split(/\r?\n/).filter((line) => line.startsWith('"'));
  const [header, ...lines] = readTable(table.join('\n'));
  if (header === undefined) return [];
  const [units, ...rows] = lines;
  if (units === undefined) return [];
  const columns = new Map(header.map((name, index) => [name, index]));
  const kernel = columns.get('Kernel Name');
  if (kernel === undefined) return [];
  return rows.map((row) => {
    const value = (metric: string): number | undefined => {
      const index = columns.get(metric);
      return index === undefined ? undefined : scaled(row[index] ?? '', units[index] ?? '');
    };
    return {
      kernel: row[kernel] ?? '',
      counters: pick(Object.keys(metrics) as CounterName[], (name) => value(metrics[name])),
      stalls: pick(stallReasons, (reason) => value(stallMetric(reason))),
    };
  });
}

function readTable(text: string): string[][] {
  try {
    return parse(text, { relax_column_count: true });
  } catch {
    return [];
  }
}

const factors: Readonly<Record<string, number>> = {
  ...{ Kbyte: 1e3, Mbyte: 1e6, Gbyte: 1e9 },
  ...{ usecond: 1e3, us: 1e3, msecond: 1e6, ms: 1e6, second: 1e9, s: 1e9 },
};

/** A number in bytes, nanoseconds or what it counts; undefined for what is none, such as n/a. */
function scaled(text: string, unit: string): number | undefined {
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

/** Metrics that ncu says it does not know. */
export function unknownMetrics(output: string): string[] {
  return [...output.matchAll(/Failed to find metric (?:regex:)?['"]?([\w.]+)['"]?/g)].map(
    (match) => match[1]!,
  );
}
