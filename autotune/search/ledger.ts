/** Keeps what a search has seen and enforces its limits: no point is evaluated twice at the same repetitions. */
import type {
  Evaluation,
  Evaluator,
  SearchOptions,
  SearchProgress,
  SearchStop,
  SearchTrial,
} from './types.js';

export interface LedgerEntry {
  readonly repetitions: number;
  readonly evaluation: Evaluation;
}

export class Ledger<V> {
  readonly entries = new Map<number, LedgerEntry>();
  readonly limit: number;
  readonly #points: readonly V[];
  readonly #evaluator: Evaluator<V>;
  readonly #options: SearchOptions<V>;
  #evaluations = 0;

  constructor(points: readonly V[], evaluator: Evaluator<V>, options: SearchOptions<V>, limit: number) {
    this.#points = points;
    this.#evaluator = evaluator;
    this.#options = options;
    this.limit = limit;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  /** Why the search has to end now, or undefined. */
  get stop(): SearchStop | undefined {
    if (this.#options.signal?.aborted === true) return 'aborted';
    // However late it is, the first batch, which has the default variant in it, is evaluated.
    if (this.#evaluations > 0 && (this.#options.timeLeft?.() ?? 1) <= 0) return 'time';
    if (this.#evaluations >= this.limit) return 'evaluations';
    return undefined;
  }

  /** Evaluates points in batches, skipping those already seen at as many repetitions, until done or out of budget. */
  async evaluate(
    points: readonly number[],
    repetitions: number,
    phase: SearchProgress<V>['phase'],
    limit = this.limit,
  ): Promise<void> {
    const fresh = [...new Set(points)].filter((p) => (this.entries.get(p)?.repetitions ?? 0) < repetitions);
    const size = this.#options.batch ?? 8;
    for (let at = 0; at < fresh.length && this.stop === undefined; at += size) {
      const room = Math.min(size, limit - this.#evaluations);
      if (room <= 0) return;
      const batch = fresh.slice(at, at + room);
      const evaluations = await this.#evaluator.evaluate(
        batch.map((p) => this.#points[p]!),
        repetitions,
      );
      if (evaluations.length !== batch.length) {
        throw new RangeError(`Expected ${batch.length} evaluations but received ${evaluations.length}`);
      }
      batch.forEach((p, i) => this.entries.set(p, { repetitions, evaluation: evaluations[i]! }));
      this.#evaluations += batch.length;
      this.#report(phase);
    }
  }

  /** Valid points, those of higher rungs first, by median within a rung. */
  ranked(): number[] {
    const valid = [...this.entries].filter(([, entry]) => entry.evaluation.status === 'ok');
    return valid
      .sort(([p, a], [q, b]) => b.repetitions - a.repetitions || medianOf(a) - medianOf(b) || p - q)
      .map(([p]) => p);
  }

  /** Valid points by median, whatever their rung. */
  fastest(): number[] {
    const valid = [...this.entries].filter(([, entry]) => entry.evaluation.status === 'ok');
    return valid.sort(([p, a], [q, b]) => medianOf(a) - medianOf(b) || p - q).map(([p]) => p);
  }

  trial(point: number): SearchTrial<V> {
    return { point: this.#points[point]!, ...this.entries.get(point)! };
  }

  #report(phase: SearchProgress<V>['phase']): void {
    const best = this.ranked()[0];
    this.#options.onProgress?.({
      phase,
      evaluations: this.#evaluations,
      limit: this.limit,
      best: best === undefined ? undefined : this.trial(best),
    });
  }
}

function medianOf(entry: LedgerEntry): number {
  return entry.evaluation.status === 'ok' ? entry.evaluation.medianUs : Infinity;
}
