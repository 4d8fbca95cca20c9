/** The candidates that measurement cannot tell from the fastest. */
import { median } from 'simple-statistics';
import { compareSamples, type ComparisonOptions } from './comparison.js';

/**
 * Coverage of the intervals by which a candidate is told from the fastest. It is high because the fastest of many is
 * chosen after looking, each of the others is compared with it, and the result has to be the same the next time.
 */
const tieConfidence = 0.999;
const tieResamples = 4000;

export interface Candidate {
  readonly name: string;
  readonly hash: string;
  /** Times in microseconds, taken interleaved with those of the other candidates. */
  readonly samples: readonly number[];
}

/** Sorted by median, then by name. */
export function byMedian<C extends Candidate>(candidates: readonly C[]): C[] {
  return candidates
    .map((candidate) => ({ candidate, us: median([...candidate.samples]) }))
    .sort((a, b) => a.us - b.us || compareNames(a.candidate, b.candidate))
    .map(({ candidate }) => candidate);
}

/** The fastest candidate and all that are within the noise of it, in the fixed order of their names. */
export function tieSet<C extends Candidate>(
  candidates: readonly C[],
  options: ComparisonOptions = {},
): readonly C[] {
  const fastest = byMedian(candidates)[0];
  if (fastest === undefined) return [];
  const tied = candidates.filter((candidate) => candidate === fastest || isTied(candidate, fastest, options));
  return tied.sort(compareNames);
}

function isTied(candidate: Candidate, fastest: Candidate, options: ComparisonOptions): boolean {
  const paired = options.paired ?? candidate.samples.length === fastest.samples.length;
  const strict = { confidence: tieConfidence, resamples: tieResamples, ...options, paired };
  return compareSamples(candidate.samples, fastest.samples, strict).verdict === 'tie';
}

/** By code unit, so that the order does not depend on a locale. */
function compareNames(a: Candidate, b: Candidate): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.hash < b.hash ? -1 : Number(a.hash > b.hash);
}
