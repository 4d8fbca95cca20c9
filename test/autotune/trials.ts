/** Trials as a tuning run makes them, for tests of what keeps them. */
import type { Problem, Variant } from '../../generator/index.js';
import type { Trial, TrialOutcome } from '../../autotune/trial.js';
import type { Provenance, Winner } from '../../autotune/results/index.js';

export const problem: Problem = {
  op: 'gemv',
  n: 4096,
  k: 4096,
  m: 1,
  bits: 4,
  groupSize: 16,
  density: 0.5,
  activation: 'f32',
  output: 'f32',
  epilogue: 'none',
};

export const variant: Variant = {
  target: 'cpu',
  decomposition: 'dense_rows',
  isa: 'avx2',
  weights: 'f32',
  unroll: 2,
};

export const timestamp = '2026-01-02T03:04:05.000Z';

/** A hash that stands for the number. */
export function hashOf(index: number): string {
  return index.toString(16).padStart(64, '0');
}

export function okOutcome(medianUs: number, samples = 3): TrialOutcome {
  return { status: 'ok', medianUs, samplesUs: Array.from({ length: samples }, () => medianUs) };
}

export function trial(index: number, fields: Partial<Trial> = {}): Trial {
  return {
    problem,
    variant,
    name: `variant-${index}`,
    hash: hashOf(index),
    repetitions: 2,
    outcome: okOutcome(10 + index),
    times: { compileMs: 600, verifyMs: 5, measureMs: 12, searchMs: 1 },
    timestamp,
    ...fields,
  };
}

export const provenance: Provenance = {
  kind: 'cpu',
  device: 'Test CPU',
  arch: 'avx2',
  processors: 2,
  driver: null,
  compiler: 'g++ 13.3.0',
  os: 'linux 6.8',
  clocks: { smMhz: null, memoryMhz: null },
  bandwidthGbPerSecond: 20.5,
  commit: 'abc123',
  gqsVersion: '0.1.0',
  command: 'npm run tune',
  timestamp,
  protocol: {
    text: 'median of 31 interleaved samples, cold cache',
    cache: 'cold',
    samples: 31,
    sampleUs: 1000,
    confidence: 0.95,
    equivalence: 0.005,
    strategy: 'climb',
    seed: 1,
    rows: 'binomial',
    evaluations: 200,
  },
};

export function winner(fields: Partial<Winner> = {}): Winner {
  return {
    problem,
    variant,
    name: 'variant-1',
    hash: hashOf(1),
    medianUs: 1234.56789,
    intervalUs: [1230.11111, 1240.99999],
    gbPerSecond: 12.345678,
    rooflineFraction: 0.612345,
    denseUs: 5000,
    defaultUs: 1300,
    speedupOverDense: 4.0501,
    speedupOverDefault: 1.05303,
    samples: 31,
    evaluated: 120,
    spaceSize: 432,
    tie: [{ name: 'variant-1', hash: hashOf(1), medianUs: 1234.56789 }],
    ...fields,
  };
}
