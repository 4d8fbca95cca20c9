/** Limits of a run: time, evaluations, or both. */
import { TuneError } from './error.js';

export interface Budget {
  /** Seconds for the whole run. */
  readonly seconds?: number;
  /** Evaluations per problem. */
  readonly evaluations?: number;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Parses `10m`, `90s`, `1h`, `200` (evaluations per problem) or both as in `10m,200`. @throws TuneError */
export function parseBudget(text: string): Budget {
  const budget: { seconds?: number; evaluations?: number } = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(part);
    const value = Number(match?.[1]);
    const unit = match?.[2] ?? '';
    const isTime = unit !== '';
    const repeated = isTime ? budget.seconds !== undefined : budget.evaluations !== undefined;
    if (match === null || value <= 0 || repeated || (!isTime && !Number.isInteger(value))) {
      throw new TuneError(
        `Expected a time such as 90s or 10m, a number of evaluations such as 200, or both as in 10m,200 for --budget but received "${text}"`,
      );
    }
    if (isTime) budget.seconds = value * units[unit]!;
    else budget.evaluations = value;
  }
  return budget;
}

/** Seconds kept for starting and for writing results and report, or a tenth of a shorter run. */
const reservedSeconds = 20;

/** Shares what is left of a run's time evenly among the problems that are left. */
export class Clock {
  readonly #endsAt: number;
  readonly #now: () => number;

  /** `now` in milliseconds. */
  constructor(seconds: number | undefined, now: () => number = () => performance.now()) {
    this.#now = now;
    const reserved = Math.min(reservedSeconds, (seconds ?? 0) / 10);
    this.#endsAt = seconds === undefined ? Infinity : now() + (seconds - reserved) * 1000;
  }

  get secondsLeft(): number {
    return Math.max(0, (this.#endsAt - this.#now()) / 1000);
  }

  /** The part of the time left that one of `problems` problems may take; it begins now. */
  share(problems: number): ProblemClock {
    const seconds = this.secondsLeft / Math.max(1, problems);
    return new ProblemClock(seconds, this.#now);
  }
}

/** Share of a problem's time that is kept from its search for the final measurement. */
const finalShare = 0.25;

export class ProblemClock {
  readonly #startedAt: number;
  readonly #seconds: number;
  readonly #searchSeconds: number;
  readonly #now: () => number;

  constructor(seconds: number, now: () => number) {
    this.#now = now;
    this.#startedAt = now();
    this.#seconds = seconds;
    this.#searchSeconds = seconds * (1 - finalShare);
  }

  /** Of the search's time, from 1 down to 0; 1 for ever without a limit. */
  fractionLeft(): number {
    if (this.#searchSeconds === Infinity) return 1;
    return Math.max(0, 1 - this.#elapsed() / Math.max(1e-3, this.#searchSeconds));
  }

  /** True when not even the final measurement has time left; never without a limit. */
  isOver(): boolean {
    return this.#elapsed() >= this.#seconds;
  }

  /** Seconds of search left, by time or by evaluations at the pace so far, whichever ends first; undefined at first. */
  secondsLeft(evaluations: number, limit: number): number | undefined {
    const byTime = this.#searchSeconds - this.#elapsed();
    const byCount = evaluations === 0 ? Infinity : (this.#elapsed() / evaluations) * (limit - evaluations);
    const least = Math.min(byTime, byCount);
    return Number.isFinite(least) ? Math.max(0, least) : undefined;
  }

  #elapsed(): number {
    return (this.#now() - this.#startedAt) / 1000;
  }
}
