/** Matrices and layouts for the tests of partitions. */
import type { StreamLayout, StreamPartition } from '../../../generator/index.js';
import { Random, randomGqsMatrix } from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';
import { streamLayout } from './stream-layouts.js';

/** With skewed and empty rows. */
export function matrixFor(seed: number): GqsMatrix {
  const random = new Random(seed);
  const n = 1 + random.integer(200);
  const density = 0.1 + 0.8 * random.uniform();
  const emptyRows = random.integer(n);
  return randomGqsMatrix({ n, k: 1024, bits: 4, groupSize: 16, density, seed, rows: 'skewed', emptyRows });
}

/** Four bits in groups of 16, two groups per unit. */
export function layoutFor(partition: StreamPartition): StreamLayout {
  return streamLayout(4, 16, 32, 8, { order: 'pairs', indexForm: 'packed', partition })!;
}

/** Units of each row in that layout. */
export function rowUnits({ n, rowIndex }: GqsMatrix): number[] {
  return Array.from({ length: n }, (_, row) => Math.ceil((rowIndex[row + 1]! - rowIndex[row]!) / 2));
}
