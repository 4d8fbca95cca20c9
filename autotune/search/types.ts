/** What a search works on: a space of points, an evaluator that times them, and a budget. */

export type ParameterValue = string | number | boolean;
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface SearchSpace<V> {
  readonly points: readonly V[];
  /** The choices that make up a point. Points may have different parameters, one set per decomposition. */
  parameters(point: V): Parameters;
}

/** Why a trial has no time; the words of the T4 format. */
export const failures = ['timeout', 'compile', 'runtime', 'correctness', 'constraints'] as const;
export type Failure = (typeof failures)[number];

export type Evaluation =
  | { readonly status: 'ok'; readonly medianUs: number; readonly samples: readonly number[] }
  | { readonly status: 'failed'; readonly invalidity: Failure; readonly message?: string };

export interface Evaluator<V> {
  /** Times every candidate `repetitions` times; the answer has one evaluation per candidate, in their order. */
  evaluate(candidates: readonly V[], repetitions: number): Promise<readonly Evaluation[]>;
}

export const strategies = ['climb', 'random', 'exhaustive'] as const;
/** climb: hill-climb with restarts, the default. random: uniform without replacement. exhaustive: every point. */
export type Strategy = (typeof strategies)[number];

export interface SearchProgress<V> {
  readonly phase: 'seeds' | 'explore' | 'refine';
  readonly evaluations: number;
  /** Most evaluations this search will make. */
  readonly limit: number;
  readonly best: SearchTrial<V> | undefined;
}

export interface SearchOptions<V> {
  readonly strategy: Strategy;
  readonly seed: number;
  /** Points to try first, the default variant before all. One that is not in the space is added to it. */
  readonly seeds?: readonly V[];
  /** Most evaluations, each (point, repetitions) counted once. Unless stated 200, or every point when exhaustive. */
  readonly maxEvaluations?: number;
  /** Points given to the evaluator at once; 8 unless stated. Results depend on it, so keep it for a repeatable run. */
  readonly batch?: number;
  /** Samples of the rungs of the halving: all points, the better tenth, the finalists. [2, 8, 31] unless stated. */
  readonly rungs?: readonly [number, ...number[]];
  /** Fraction of the time budget that is left, from 1 down to 0. */
  readonly timeLeft?: () => number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SearchProgress<V>) => void;
}

export interface SearchTrial<V> {
  readonly point: V;
  /** The rung at which it was timed last. */
  readonly repetitions: number;
  readonly evaluation: Evaluation;
}

export type SearchStop = 'exhausted' | 'evaluations' | 'time' | 'aborted';

export interface SearchOutcome<V> {
  /** Valid trials: those of higher rungs first, by median within a rung. */
  readonly ranked: readonly SearchTrial<V>[];
  readonly failed: readonly SearchTrial<V>[];
  readonly evaluations: number;
  /** What ended the search; 'exhausted' when every point was visited. */
  readonly stopped: SearchStop;
}
