/** What all contenders of a comparison are asked to do, and what they answer. */
import type { BenchFailure, Measurement, Product } from './bench-file.js';
import type { Timing } from './provenance.js';
import { timesOf } from './times.js';

export interface Contest extends Timing {
  readonly products: readonly Product[];
  readonly rotationBytes: number;
}

export type ContestResult =
  | { readonly kind: 'measured'; readonly measurement: Omit<Measurement, 'run'> }
  | { readonly kind: 'failed'; readonly failure: BenchFailure };

export function measured(
  of: Pick<Measurement, 'contender' | 'n' | 'k' | 'm'>,
  us: readonly number[],
  details: Pick<Measurement, 'bytes' | 'variant' | 'note'> = {},
): ContestResult {
  return { kind: 'measured', measurement: { ...of, ...timesOf(us), ...details } };
}

export function failed(contender: string, reason: string, shape?: Product): ContestResult {
  const oneLine = reason.replace(/\s+/g, ' ').trim() || 'it gave no reason';
  const failure = { contender, reason: oneLine, ...(shape === undefined ? {} : { shape }) };
  return { kind: 'failed', failure };
}
