/** Results files as a tuning run writes them, for tests of what reads them. */
import type { Problem, Variant } from '../../../generator/index.js';
import type { Provenance, TunedProblem, Winner } from '../../../autotune/results/index.js';
import type { Trial } from '../../../autotune/trial.js';
import { someProblem } from './report-fixture.js';

export const provenance: Provenance = {
  kind: 'cuda',
  device: 'NVIDIA Test <GPU>',
  arch: 'sm_90',
  processors: 132,
  driver: '560.35',
  compiler: 'nvcc V12.8.61',
  os: 'linux',
  clocks: { smMhz: 1980, memoryMhz: null },
  bandwidthGbPerSecond: 4100,
  commit: '0123abc',
  gqsVersion: '0.1.0',
  command: 'gqs-tune tune --preset llama-7b --seed 1',
  timestamp: '2026-01-02T03:04:05.000Z',
  protocol: {
    text: 'Cold: graph replays over rotated copies of the weights.',
    cache: 'cold',
    samples: 31,
    sampleUs: 200,
    confidence: 0.95,
    equivalence: 0.007,
    strategy: 'climb',
    seed: 1,
    rows: 'binomial',
    evaluations: 200,
  },
};

const hashOf = (index: number): string => index.toString(16).padStart(16, '0');

function variant(warps: 2 | 4 | 8, prefetch: 2 | 4 = 2): Variant {
  return {
    target: 'cuda',
    decomposition: 'task_centric',
    fixup: 'last_arriver',
    warps,
    ctasPerSm: 2,
    residentGrids: 1,
    unitElements: 32,
    prefetch,
    xLocation: 'shared',
    groupOrder: 'ascending',
    math: 'half2',
    indexForm: 'packed',
    weightLoads: 'cached',
    pdl: false,
    l2Policy: 'normal',
    stageSteps: 1,
    startDelay: 0,
    stageInterval: 0,
  };
}

const dense: Variant = {
  target: 'cuda',
  decomposition: 'dense_rows',
  warps: 4,
  ctasPerSm: 2,
  rowsPerWarp: 1,
  unroll: 2,
  pdl: false,
};

function trial(index: number, chosen: Variant, outcome: Trial['outcome'], problem: Problem): Trial {
  return {
    problem,
    variant: chosen,
    name: `variant-${index}`,
    hash: hashOf(index),
    repetitions: 8,
    outcome,
    times: { compileMs: 600, verifyMs: 5, measureMs: 20, searchMs: 1 },
    timestamp: provenance.timestamp,
  };
}

const ok = (medianUs: number): Trial['outcome'] => ({ status: 'ok', medianUs, samplesUs: [medianUs] });
const failed = (message: string): Trial['outcome'] => ({ status: 'failed', invalidity: 'compile', message });

export function tunedProblem(problem: Problem = someProblem): TunedProblem {
  const { driver, compiler, commit, gqsVersion, timestamp, clocks, os } = provenance;
  const run = { platform: os, driver, compiler, ...clocks, commit, gqsVersion, timestamp };
  const trials = [
    trial(1, variant(4), ok(10), problem),
    trial(2, variant(8), ok(12), problem),
    trial(3, dense, ok(30), problem),
    trial(4, variant(2), failed('spills 128 bytes'), problem),
    trial(5, variant(2, 4), failed('spills 64 bytes'), problem),
  ];
  return { problem, run, trials };
}

export function winner(given: Partial<Winner> = {}): Winner {
  return {
    problem: someProblem,
    variant: variant(4),
    name: 'variant-1',
    hash: hashOf(1),
    medianUs: 10,
    intervalUs: [9.9, 10.1],
    gbPerSecond: 900,
    rooflineFraction: 0.22,
    denseUs: 30,
    defaultUs: 12,
    speedupOverDense: 3,
    speedupOverDefault: 1.2,
    samples: 31,
    evaluated: 5,
    spaceSize: 400,
    tie: [
      { name: 'variant-1', hash: hashOf(1), medianUs: 10 },
      { name: 'variant-6', hash: hashOf(6), medianUs: 10.02 },
    ],
    ...given,
  };
}
