/**
 * The default strategy: hill-climb with restarts. Steps from the best points, and restarts elsewhere, are chosen by a
 * model of the times seen so far, so that few evaluations are spent on points that are likely slow.
 */
import { sampleIntegers, type RandomSource } from '../random.js';
import type { Encoding } from './encoding.js';
import type { Ledger } from './ledger.js';
import { Model, type Hyperparameters, type Observation } from './model.js';
import { NeighbourIndex } from './neighbours.js';

/** Share of the explored points that is drawn at random before the climb begins. */
const initialShare = 0.12;
/** Best points from which steps are taken. */
const centres = 4;
/** Points of the whole space, drawn at random, that the model ranks per batch as places to restart. */
const restartPool = 1500;
/** Share of a batch that are steps; the rest are restarts. */
const stepShare = 0.5;
/** How many deviations a restart's predicted time is lowered by: unknown places look good. */
const optimism = 2;

export interface ClimbState<V> {
  readonly encoding: Encoding;
  readonly ledger: Ledger<V>;
  readonly random: RandomSource;
  readonly batch: number;
  readonly repetitions: number;
  /** Evaluations that exploring may use, those already made included. */
  readonly limit: number;
  /** True when exploring has to end, for whatever reason. */
  readonly ended: () => boolean;
}

/** Explores until it has to end, or until every point was visited. */
export async function climb<V>(state: ClimbState<V>): Promise<void> {
  const { encoding, ledger, limit, repetitions } = state;
  const initial = Math.max(state.batch, Math.round((limit - ledger.evaluations) * initialShare));
  await ledger.evaluate(unvisited(state, initial), repetitions, 'explore', limit);
  const index = new NeighbourIndex(encoding);
  let hyperparameters: Hyperparameters | undefined;
  while (!state.ended()) {
    const model = new Model(encoding, observations(ledger), hyperparameters);
    hyperparameters = model.hyperparameters;
    const proposed = propose(state, index, model, unvisited(state, restartPool));
    if (proposed.length === 0) return;
    await ledger.evaluate(proposed, repetitions, 'explore', limit);
  }
}

/** The next batch: unvisited points only, fewer than a batch when no more are left. */
function propose<V>(
  { ledger, batch }: ClimbState<V>,
  index: NeighbourIndex,
  model: Model,
  pool: readonly number[],
): number[] {
  const near = ledger
    .fastest()
    .slice(0, centres)
    .flatMap((centre) => index.neighbours(centre))
    .filter((p) => !ledger.entries.has(p));
  const steps = mostPromising([...new Set(near)], model, 0).slice(0, Math.ceil(batch * stepShare));
  const elsewhere = pool.filter((p) => !steps.includes(p));
  return [...steps, ...mostPromising(elsewhere, model, optimism)].slice(0, batch);
}

/** Ordered by predicted time, lowered by `deviations` times its deviation. */
function mostPromising(points: readonly number[], model: Model, deviations: number): number[] {
  const scored = points.map((point) => {
    const { mean, deviation } = model.predict(point);
    return { point, score: mean - deviations * deviation };
  });
  return scored.sort((a, b) => a.score - b.score || a.point - b.point).map(({ point }) => point);
}

/** Up to `count` points that were not visited, in random order. */
function unvisited<V>({ encoding, ledger, random }: ClimbState<V>, count: number): number[] {
  const drawn = sampleIntegers(random, encoding.points, count + ledger.entries.size);
  return drawn.filter((p) => !ledger.entries.has(p)).slice(0, count);
}

/** Logarithms of the medians seen; a failed point counts as slow as the slowest. */
function observations<V>(ledger: Ledger<V>): Observation[] {
  const values = [...ledger.entries].map(([point, { evaluation }]) => ({
    point,
    value: evaluation.status === 'ok' ? Math.log(evaluation.medianUs) : undefined,
  }));
  const worst = values.reduce((most, { value }) => Math.max(most, value ?? -Infinity), -Infinity);
  const failed = Number.isFinite(worst) ? worst : 0;
  return values.map(({ point, value }) => ({ point, value: value ?? failed }));
}
