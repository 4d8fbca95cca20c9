/** Runs a strategy over a space within a budget, then re-times the best points at growing repetitions. */
import { sampleIntegers, seededRandom } from '../random.js';
import { climb } from './climb.js';
import { encodeSpace, encodedRow, type Encoding } from './encoding.js';
import { Ledger } from './ledger.js';
import type { Evaluator, SearchOptions, SearchOutcome, SearchSpace } from './types.js';

const defaultEvaluations = 200;
const defaultRungs = [2, 8, 31] as const;
const defaultBatch = 8;
/** Share of the evaluations that each rung after the first takes from the one before. */
const rungShares = [0.1, 0.04];
/** Share of the time budget that is kept for the rungs after the first. */
const refineTime = 0.12;

/**
 * Searches for the fastest point. The same seed and the same evaluations give the same outcome. Ends early, with what
 * it has, when the time is up or the signal fires. Throws RangeError for options that make no sense.
 */
export async function search<V>(
  space: SearchSpace<V>,
  evaluator: Evaluator<V>,
  options: SearchOptions<V>,
): Promise<SearchOutcome<V>> {
  checkOptions(options);
  const { space: whole, encoding, seeds } = withSeeds(space, options.seeds ?? []);
  const exhaustive = options.strategy === 'exhaustive';
  const limit = options.maxEvaluations ?? (exhaustive ? whole.points.length : defaultEvaluations);
  const ledger = new Ledger(whole.points, evaluator, options, limit);
  const rungs = options.rungs ?? defaultRungs;
  if (exhaustive) {
    const rest = whole.points.keys();
    await ledger.evaluate([...seeds, ...rest], rungs.at(-1)!, 'explore');
  } else {
    await explore(whole, encoding, seeds, ledger, options, rungs);
  }
  return outcome(ledger, whole.points.length);
}

async function explore<V>(
  space: SearchSpace<V>,
  encoding: Encoding,
  seeds: readonly number[],
  ledger: Ledger<V>,
  options: SearchOptions<V>,
  rungs: readonly number[],
): Promise<void> {
  const promotions = rungs
    .slice(1)
    .map((_, i) => Math.round(ledger.limit * (rungShares[i] ?? rungShares.at(-1)!)));
  const limit = Math.max(1, ledger.limit - promotions.reduce((sum, count) => sum + count, 0));
  const repetitions = rungs[0]!;
  const ended = () =>
    ledger.stop !== undefined || ledger.evaluations >= limit || (options.timeLeft?.() ?? 1) <= refineTime;
  const random = seededRandom(options.seed);
  await ledger.evaluate(seeds, repetitions, 'seeds', limit);
  if (options.strategy === 'random') {
    const order = sampleIntegers(random, space.points.length, limit + seeds.length);
    const size = options.batch ?? defaultBatch;
    for (let at = 0; at < order.length && !ended(); at += size) {
      await ledger.evaluate(order.slice(at, at + size), repetitions, 'explore', limit);
    }
  } else {
    await climb({
      encoding,
      ledger,
      random,
      batch: options.batch ?? defaultBatch,
      repetitions,
      limit,
      ended,
    });
  }
  for (const [i, count] of promotions.entries()) {
    await ledger.evaluate(ledger.ranked().slice(0, count), rungs[i + 1]!, 'refine');
  }
}

function outcome<V>(ledger: Ledger<V>, points: number): SearchOutcome<V> {
  const failed = [...ledger.entries].filter(([, entry]) => entry.evaluation.status === 'failed');
  const visitedAll = ledger.entries.size === points;
  return {
    ranked: ledger.ranked().map((p) => ledger.trial(p)),
    failed: failed.map(([p]) => ledger.trial(p)),
    evaluations: ledger.evaluations,
    stopped: visitedAll ? 'exhausted' : (ledger.stop ?? 'exhausted'),
  };
}

/** The space with the seeds that it lacks added, and where each seed is in it. */
function withSeeds<V>(space: SearchSpace<V>, seeds: readonly V[]) {
  const points = [...space.points, ...seeds];
  const encoding = encodeSpace({ points, parameters: (point: V) => space.parameters(point) });
  const first = new Map<string, number>();
  const kept: number[] = [];
  for (let p = 0; p < points.length; p++) {
    const key = encodedRow(encoding, p).join();
    if (first.has(key)) continue;
    first.set(key, p);
    kept.push(p);
  }
  const whole = { points: kept.map((p) => points[p]!), parameters: (point: V) => space.parameters(point) };
  const place = new Map(kept.map((p, i) => [p, i]));
  const seedPlaces = seeds.map((_, i) => {
    const key = encodedRow(encoding, space.points.length + i).join();
    return place.get(first.get(key)!)!;
  });
  return { space: whole, encoding: encodeSpace(whole), seeds: [...new Set(seedPlaces)] };
}

function checkOptions<V>(options: SearchOptions<V>): void {
  const { maxEvaluations = 1, batch = 1, rungs = [1] } = options;
  const wrong = (what: string, value: number | string) =>
    new RangeError(`Expected ${what} but received ${value}`);
  if (!Number.isInteger(maxEvaluations) || maxEvaluations < 1) {
    throw wrong('a whole number of evaluations of at least 1', maxEvaluations);
  }
  if (!Number.isInteger(batch) || batch < 1) throw wrong('a batch of at least 1', batch);
  if (rungs.some((r, i) => !Number.isInteger(r) || r < 1 || r <= (rungs[i - 1] ?? 0))) {
    throw wrong('rungs that are whole numbers and grow', rungs.join(', '));
  }
}
