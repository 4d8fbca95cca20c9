/** What all contenders of a comparison are asked to do, and what they answer. */
import { max, median, min } from 'simple-statistics';
import type { BenchFailure, Measurement } from './bench-file.js';

export interface Contest {
  readonly shapes: readonly { readonly n: number; readonly k: number }[];
  readonly tokens: readonly number[];
  readonly rotationBytes: number;
  readonly sampleUs: number;
  readonly samples: number;
}

export type ContestResult =
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly failure: BenchFailure };

export function measured(
  of: Pick<Measurement, 'contender' | 'n' | 'k' | 'm'>,
  us: readonly number[],
  details: Pick<Measurement, 'bytes' | 'variant' | 'note'> = {},
): ContestResult {
  const samples = [...us];
  const times = {
    medianUs: median(samples),
    leastUs: min(samples),
    mostUs: max(samples),
    samples: samples.length,
  };
  return { kind: 'measured', measurement: { ...of, ...times, ...details } };
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
