/** Several launches of a kernel as one. */
import { median } from 'simple-statistics';
import type { KernelCounters } from './parse-ncu.js';

export type MedianCounters = Omit<KernelCounters, 'kernel'>;

/** The median of each counter over the launches that have it. */
export function medianCounters(launches: readonly KernelCounters[]): MedianCounters {
  return {
    counters: medians(launches.map(({ counters }) => counters)),
    stalls: medians(launches.map(({ stalls }) => stalls)),
  };
}

function medians<Name extends string>(
  records: readonly Partial<Record<Name, number>>[],
): Partial<Record<Name, number>> {
  const names = new Set(records.flatMap((record) => Object.keys(record) as Name[]));
  const found: Partial<Record<Name, number>> = {};
  for (const name of names) found[name] = median(records.flatMap((record) => record[name] ?? []));
  return found;
}
