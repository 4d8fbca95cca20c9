/** Load balance as a run records it, for tests of what reads it. */
import { balanceSchema, type BalanceFile } from '../../../autotune/bench/balance/balance-file.js';
import type { RowDistribution } from '../../../runtime/index.js';
import { runs, setup } from './bench-fixture.js';

/** Microseconds per decomposition. */
export type DecompositionUs = Readonly<Record<string, number>>;

export const fourShapes = [
  { n: 1024, k: 4096 },
  { n: 4096, k: 4096 },
  { n: 8192, k: 28672 },
  { n: 22016, k: 4096 },
] as const;

export function balancePoints(
  rows: RowDistribution,
  shape: { readonly n: number; readonly k: number },
  us: DecompositionUs,
): BalanceFile['points'] {
  return Object.entries(us).map(([decomposition, medianUs]) => ({
    ...{ rows, ...shape, decomposition, medianUs, leastUs: medianUs, mostUs: medianUs },
    ...{ samples: 31, bytes: 1000, variant: `${decomposition}-w8`, tried: 24, timed: 20, run: 0 },
  }));
}

/** Unless changed: task_centric 1.2 and 1.5 times as fast with even rows, 1.4 times with skewed ones. */
export function balanceFile(changes: Partial<BalanceFile> = {}): BalanceFile {
  const [small, middle] = fourShapes;
  return balanceSchema.parse({
    schemaVersion: 2,
    ...setup,
    ...{ bits: 4, groupSize: 16, density: 0.5, m: 1, activation: 'f16', evaluations: 24, choiceSeed: 0 },
    runs,
    points: [
      ...balancePoints('even', small, { row_split: 12, task_centric: 10, row_permuted: 13 }),
      ...balancePoints('even', middle, { row_split: 33, task_centric: 20, row_permuted: 30 }),
      ...balancePoints('skewed', small, { row_split: 18, task_centric: 10, row_permuted: 14 }),
    ],
    failures: [],
    ...changes,
  });
}
