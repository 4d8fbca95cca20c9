/** What all contenders of a comparison are asked to do, and what they answer. */
import type { BenchFailure, Measurement } from './bench-file.js';
import type { Timing } from './provenance.js';
import { timesOf } from './times.js';

export interface Contest extends Timing {
  readonly shapes: readonly { readonly n: number; readonly k: number }[];
  readonly tokens: readonly number[];
  readonly rotationBytes: number;
}

export type ContestResult =
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly failure: BenchFailure };

export function measured(
  of: Pick<Measurement, 'contender' | 'n' | 'k' | 'm'>,
  us: readonly number[],
  details: Pick<Measurement, 'bytes' | 'variant' | 'note'> = {},
): ContestResult {
  return { kind: 'measured', measurement: { ...of, ...timesOf(us), ...details } };
}

export function failed(
  contender: string,
  reason: string,
  shape?: { readonly n: number; readonly k: number; readonly m: number },
): ContestResult {
  const oneLine = reason.replace(/\s+/g, ' ').trim() || 'it gave no reason';
  const failure = { contender, reason: oneLine, ...(shape === undefined ? {} : { shape }) };
  return { kind: 'failed', failure };
}
