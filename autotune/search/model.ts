/**
 * A model of the times seen so far, to rank points that were not timed: a Gaussian process over encoded points
 * (Rasmussen and Williams 2006, algorithm 2.1 and equation 5.8) with one relevance per parameter.
 */
import { factorise, solve, solveLower, type LowerTriangle } from './cholesky.js';
import { absentLevel, encodedRow, type Encoding } from './encoding.js';

export interface Observation {
  readonly point: number;
  /** Logarithm of a time. */
  readonly value: number;
}

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/** relevance: per column, how fast similarity falls with distance. noise: variance of the noise over the signal's. */
export interface Hyperparameters {
  readonly relevance: readonly number[];
  readonly noise: number;
}

interface Fit {
  readonly factor: LowerTriangle;
  /** Inverse covariance times (values - mean). */
  readonly weights: Float64Array;
  readonly mean: number;
  readonly variance: number;
  /** Of the values under these hyperparameters, up to a constant, with a wide log-normal prior on the relevances. */
  readonly logLikelihood: number;
}

const relevanceRange = [0.005, 20] as const;
const noiseRange = [1e-4, 0.5] as const;
/** Part of the distance between two different levels that does not depend on how far apart they are. */
const differentLevel = 0.4;
const priorWeight = 0.02;

export class Model {
  readonly hyperparameters: Hyperparameters;
  readonly #encoding: Encoding;
  readonly #points: readonly number[];
  readonly #fit: Fit;

  /** Fits at least one observation; `previous` is where the search for hyperparameters starts. */
  constructor(encoding: Encoding, observations: readonly Observation[], previous?: Hyperparameters) {
    this.#encoding = encoding;
    this.#points = observations.map(({ point }) => point);
    const start = previous ?? { relevance: encoding.columns.map(() => 1), noise: 0.01 };
    this.hyperparameters = improve(encoding, observations, start, previous === undefined ? 2 : 1);
    this.#fit = fit(encoding, observations, this.hyperparameters);
  }

  predict(point: number): Prediction {
    const { factor, weights, mean, variance } = this.#fit;
    const row = encodedRow(this.#encoding, point);
    const covariance = Float64Array.from(this.#points, (p) =>
      similarity(this.#encoding, this.hyperparameters.relevance, row, encodedRow(this.#encoding, p)),
    );
    const predicted = covariance.reduce((sum, c, i) => sum + c * weights[i]!, mean);
    const explained = solveLower(factor, covariance).reduce((sum, c) => sum + c * c, 0);
    return { mean: predicted, deviation: Math.sqrt(Math.max(0, 1 - explained) * variance) };
  }
}

/** Coordinate ascent on the likelihood: each hyperparameter in turn is tried at a third and at three times its value. */
function improve(
  encoding: Encoding,
  observations: readonly Observation[],
  start: Hyperparameters,
  passes: number,
): Hyperparameters {
  let best = start;
  let likelihood = fit(encoding, observations, start).logLikelihood;
  const consider = (candidate: Hyperparameters) => {
    const value = fit(encoding, observations, candidate).logLikelihood;
    if (value > likelihood) [best, likelihood] = [candidate, value];
  };
  for (let pass = 0; pass < passes; pass++) {
    for (const [column, levels] of encoding.levels.entries()) {
      if (levels <= 2) continue;
      const now = best;
      for (const factor of [1 / 3, 3]) {
        const value = clamp(now.relevance[column]! * factor, relevanceRange);
        consider({ ...now, relevance: now.relevance.with(column, value) });
      }
    }
    const now = best;
    for (const factor of [1 / 5, 5]) consider({ ...now, noise: clamp(now.noise * factor, noiseRange) });
  }
  return best;
}

function fit(
  encoding: Encoding,
  observations: readonly Observation[],
  { relevance, noise }: Hyperparameters,
): Fit {
  const rows = observations.map(({ point }) => encodedRow(encoding, point));
  const factor = rows.map((row, i) => {
    const covariances = new Float64Array(i + 1);
    for (let j = 0; j < i; j++) covariances[j] = similarity(encoding, relevance, row, rows[j]!);
    covariances[i] = 1 + noise;
    return covariances;
  });
  factorise(factor);
  const solvedOnes = solve(factor, new Float64Array(rows.length).fill(1));
  const solvedValues = solve(
    factor,
    Float64Array.from(observations, (o) => o.value),
  );
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const mean = sum(solvedValues) / sum(solvedOnes);
  const weights = solvedValues.map((value, i) => value - mean * solvedOnes[i]!);
  const squares = observations.reduce((total, o, i) => total + (o.value - mean) * weights[i]!, 0);
  const variance = Math.max(squares / rows.length, Number.MIN_VALUE);
  const determinant = factor.reduce((total, row, i) => total + Math.log(row[i]!), 0);
  const prior = relevance.reduce((total, r) => total + Math.log(r) ** 2, 0);
  const logLikelihood = -0.5 * rows.length * Math.log(variance) - determinant - priorWeight * prior;
  return { factor, weights, mean, variance, logLikelihood };
}

/** 1 for equal rows, falling towards 0 with the weighted sum of the distances of their levels. */
function similarity(
  encoding: Encoding,
  relevance: readonly number[],
  a: Uint16Array,
  b: Uint16Array,
): number {
  let distance = 0;
  for (let c = 0; c < a.length; c++) {
    const x = a[c]!;
    const y = b[c]!;
    if (x === y) continue;
    const range = encoding.levels[c]! - 2;
    const ordered = x !== absentLevel && y !== absentLevel && range > 1;
    const far = ordered ? differentLevel + ((1 - differentLevel) * Math.abs(x - y)) / range : 1;
    distance += relevance[c]! * far;
  }
  return Math.exp(-distance);
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value));
}
