/** Picks the winner of a problem from its final, interleaved measurement. */
import { median } from 'simple-statistics';
import { compareSamples, type ComparisonOptions } from './comparison.js';
import { tieSet, type Candidate } from './tie-set.js';

export interface SelectionInput<C extends Candidate> {
  /** The finalists, the default and the incumbent, each once. */
  readonly candidates: readonly C[];
  /** Hash of the default variant; it has to be among the candidates. */
  readonly defaultHash: string;
  /** Hash of the winner in the results so far; ignored when it is not among the candidates. */
  readonly incumbentHash?: string;
  readonly comparison?: ComparisonOptions;
}

export type SelectionReason = 'incumbent' | 'default' | 'fastest' | 'first of the tie set';

export interface Selection<C extends Candidate> {
  readonly winner: C;
  readonly reason: SelectionReason;
  /** All candidates within the noise of the fastest, the winner among them, in a fixed order. */
  readonly tie: readonly C[];
}

/**
 * Within the tie set the order is: the incumbent, the default, then by name. A member whose median is above that of the
 * default cannot win, unless it is an incumbent within the noise of the fastest. So an incumbent is replaced only by
 * a candidate that is faster beyond the noise, and no new winner is slower than the default.
 * Throws RangeError when the default is not among the candidates.
 */
export function selectWinner<C extends Candidate>(input: SelectionInput<C>): Selection<C> {
  const fallback = input.candidates.find(({ hash }) => hash === input.defaultHash);
  if (fallback === undefined) {
    throw new RangeError(`Expected the default variant ${input.defaultHash} among the candidates`);
  }
  const tie = tieSet(input.candidates, input.comparison);
  const incumbent = tie.find(({ hash }) => hash === input.incumbentHash);
  if (incumbent !== undefined) return { winner: incumbent, reason: 'incumbent', tie };
  if (tie.includes(fallback)) return { winner: fallback, reason: 'default', tie };
  const limit = median([...fallback.samples]);
  const eligible = tie.filter(({ samples }) => median([...samples]) <= limit);
  const winner = eligible[0]!;
  return { winner, reason: tie.length === 1 ? 'fastest' : 'first of the tie set', tie };
}

/** How many times faster `a` is than `b`: the quotient of their medians, and whether that is beyond the noise. */
export function speedup(
  a: Candidate,
  b: Candidate,
  options: ComparisonOptions = {},
): { readonly factor: number; readonly significant: boolean } {
  const paired = options.paired ?? a.samples.length === b.samples.length;
  const { ratio, verdict } = compareSamples(a.samples, b.samples, { ...options, paired });
  return { factor: 1 / ratio, significant: verdict !== 'tie' };
}
