/** How many groups of each row survive. */
import type { Random } from './random.js';

/**
 * - `even`: every row the same number, at least one where the density is not 0.
 * - `binomial`: every group survives independently.
 * - `skewed`: rows have densities of their own between 0.05 and 1, with the stated mean.
 */
export const rowDistributions = ['even', 'binomial', 'skewed'] as const;

export type RowDistribution = (typeof rowDistributions)[number];

export interface RowOptions {
  readonly n: number;
  readonly density: number;
  readonly rows?: RowDistribution;
  readonly emptyRows?: number;
  readonly fullRow?: boolean;
}

const leastRowDensity = 0.05;

/** Surviving groups of each of n rows that have `columns` group columns. */
export function rowCounts(random: Random, options: RowOptions, columns: number): Int32Array {
  const { n, density, rows = 'even', emptyRows = 0, fullRow = false } = options;
  const counts = new Int32Array(n);
  for (let row = 0; row < n; row++) counts[row] = rowCount(random, rows, density, columns);
  if (emptyRows > 0 || fullRow) {
    const shuffled = random.shuffle(Array.from({ length: n }, (_, row) => row));
    for (const row of shuffled.slice(0, emptyRows)) counts[row] = 0;
    if (fullRow) counts[shuffled[emptyRows]!] = columns;
  }
  return counts;
}

function rowCount(random: Random, rows: RowDistribution, density: number, columns: number): number {
  switch (rows) {
    case 'even':
      return atLeastOne(density, columns);
    case 'binomial': {
      let count = 0;
      for (let i = 0; i < columns; i++) if (random.uniform() < density) count++;
      return count;
    }
    case 'skewed':
      return atLeastOne(skewedDensity(random, density), columns);
  }
}

/** least + (1 - least) * u^a has the mean least + (1 - least) / (a + 1). */
function skewedDensity(random: Random, mean: number): number {
  if (mean <= leastRowDensity) return mean;
  const exponent = (1 - leastRowDensity) / (mean - leastRowDensity) - 1;
  return leastRowDensity + (1 - leastRowDensity) * random.uniform() ** exponent;
}

function atLeastOne(density: number, columns: number): number {
  return density === 0 ? 0 : Math.max(1, Math.round(density * columns));
}
