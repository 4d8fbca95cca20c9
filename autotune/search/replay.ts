/** Searches among recorded trials, which needs no device: to compare strategies, and to show what one finds. */
import { median } from 'simple-statistics';
import { randomInteger, sampleIntegers, seededRandom, type RandomSource } from '../random.js';
import type { Trial } from '../trial.js';
import type { Evaluation, Evaluator, SearchSpace } from './types.js';

/** The space of the variants that were recorded, of one problem. */
export function recordedSpace(trials: readonly Trial[]): SearchSpace<Trial> {
  return { points: trials, parameters: (trial) => trial.variant };
}

/** Answers with the recorded outcome; a time is the median of samples drawn from the recorded ones. */
export class ReplayEvaluator implements Evaluator<Trial> {
  readonly #random: RandomSource;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  evaluate(candidates: readonly Trial[], repetitions: number): Promise<readonly Evaluation[]> {
    return Promise.resolve(candidates.map((trial) => this.#replay(trial, repetitions)));
  }

  #replay({ outcome }: Trial, repetitions: number): Evaluation {
    if (outcome.status === 'failed') return outcome;
    const recorded = outcome.samplesUs;
    const drawn =
      recorded.length >= repetitions
        ? sampleIntegers(this.#random, recorded.length, repetitions)
        : Array.from({ length: repetitions }, () => randomInteger(this.#random, recorded.length));
    const samples = drawn.map((i) => recorded[i]!);
    return { status: 'ok', medianUs: median(samples), samples };
  }
}

/** Best recorded median over that of `trial`: 1 is the optimum, 0 a trial that failed. */
export function replayQuality(trials: readonly Trial[], trial: Trial): number {
  if (trial.outcome.status === 'failed') return 0;
  const best = trials.reduce((us, { outcome }) => Math.min(us, medianUs(outcome)), Infinity);
  return best / trial.outcome.medianUs;
}

function medianUs(outcome: Trial['outcome']): number {
  return outcome.status === 'ok' ? outcome.medianUs : Infinity;
}
