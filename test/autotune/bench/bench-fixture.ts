/** A comparison as a run records it, for tests of what reads it. */
import {
  benchSchema,
  type BenchFile,
  type ContestSetup,
  type Measurement,
} from '../../../autotune/bench/bench-file.js';
import type { Contest } from '../../../autotune/bench/contest.js';
import type { BenchRun, BenchSetup } from '../../../autotune/bench/provenance.js';

export const setup: BenchSetup = {
  kind: 'cuda',
  device: 'NVIDIA Test <GPU>',
  driver: '560.35',
  compiler: 'nvcc V12.8.61',
  rotationBytes: 180e6,
  sampleUs: 2000,
  samples: 31,
  seed: 1,
};

export const contestSetup: ContestSetup = { ...setup, density: 0.5, rows: 'even' };

export const run: BenchRun = {
  clocks: { smMhz: 1980, memoryMhz: null },
  commit: '0123abc',
  command: 'npm run bench:gemv',
  timestamp: '2026-01-02T03:04:05.000Z',
  bandwidthGbPerSecond: 4000,
};

/** Of a file that one run made. */
export const runs = [{ ...run, finished: true }];

export const contest: Contest = {
  products: [
    { n: 256, k: 128, m: 1 },
    { n: 256, k: 128, m: 2 },
  ],
  rotationBytes: 1e6,
  sampleUs: 500,
  samples: 3,
};

export function measurement(
  contender: string,
  medianUs: number,
  more: Partial<Measurement> = {},
): Measurement {
  const times = { medianUs, leastUs: medianUs * 0.99, mostUs: medianUs * 1.05, samples: 31 };
  return { contender, n: 4096, k: 4096, m: 1, ...times, run: 0, ...more };
}

export const ours = 'GQS W4 G16, density 0.5, f16 x';

/** Our kernel takes 4 us, cuBLAS three times as long; at m = 16 there is a peer only. */
export function benchFile(changes: Partial<BenchFile> = {}): BenchFile {
  return benchSchema.parse({
    schemaVersion: 2,
    ...contestSetup,
    runs,
    measurements: [
      measurement('cuBLAS float16', 12),
      measurement(ours, 4, { bytes: 8_000_000, variant: 'row_split-w8' }),
      measurement('GQS W4 G16, density 1, f16 x', 6, { bytes: 16_000_000, variant: 'row_split-w16' }),
      measurement('tinygemm int4', 7, { n: 12288, note: 'bfloat16 x, groups of 32' }),
      measurement('cuBLAS float16', 14, { m: 16 }),
    ],
    failures: [
      { contender: 'ggml', reason: 'its source was not given (--ggml and --ggml-build)' },
      { contender: 'Marlin', shape: { n: 4096, k: 4096, m: 1 }, reason: 'ended by SIGILL: <illegal> | x' },
    ],
    ...changes,
  });
}
