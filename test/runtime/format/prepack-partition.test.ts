import test from 'ava';
import type { StreamPartition } from '../../../generator/index.js';
import { Random, prepackMatrix, randomGqsMatrix } from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';
import { streamLayout } from './stream-layouts.js';
import { words } from './stream-unpacker.js';

const parts = [1, 2, 3, 7, 64, 500];

function matrixFor(seed: number): GqsMatrix {
  const random = new Random(seed);
  const n = 1 + random.integer(200);
  const density = 0.1 + 0.8 * random.uniform();
  const emptyRows = random.integer(n);
  return randomGqsMatrix({ n, k: 1024, bits: 4, groupSize: 16, density, seed, rows: 'skewed', emptyRows });
}

function layoutFor(partition: StreamPartition) {
  return streamLayout(4, 16, 32, 8, { order: 'pairs', indexForm: 'packed', partition })!;
}

/** Units of each row with two groups of 16 per unit. */
function rowUnits({ n, rowIndex }: GqsMatrix): number[] {
  return Array.from({ length: n }, (_, row) => Math.ceil((rowIndex[row + 1]! - rowIndex[row]!) / 2));
}

test('rows: nothing but the row pointers is stored', async (t) => {
  const matrix = matrixFor(3);
  const packed = await prepackMatrix(matrix, layoutFor('rows'), 8);
  t.deepEqual(Object.keys(packed.buffers).sort(), ['meta', 'rowPtr', 'values']);
  let unit = 0;
  t.deepEqual([...words(packed, 'rowPtr')], [0, ...rowUnits(matrix).map((units) => (unit += units))]);
});

test('tasks: equal shares from multiples of 32 units, each with the row of its first unit', async (t) => {
  for (let seed = 0; seed < 12; seed++) {
    const matrix = matrixFor(seed);
    const rowOfUnit = rowUnits(matrix).flatMap((units, row) => Array<number>(units).fill(row));
    const total = rowOfUnit.length;
    const steps = Math.ceil(total / 32);
    for (const count of parts) {
      const tasks = words(await prepackMatrix(matrix, layoutFor('tasks'), count), 'tasks');
      const expected = Array.from({ length: count + 1 }, (_, share) => {
        const unit = Math.min(total, 32 * Math.floor((share * steps) / count));
        return [unit, rowOfUnit[unit] ?? matrix.n];
      });
      t.deepEqual([...tasks], expected.flat(), `seed ${seed}, ${count} parts`);
      t.deepEqual([...tasks.slice(-2)], [total, matrix.n]);
    }
  }
});

/** Longest processing time first, by a plain search for the least loaded bin. */
function naiveBins(units: number[], count: number): number[][] {
  const bins = Array.from({ length: count }, () => ({ work: 0, rows: [] as number[] }));
  const longestFirst = [...units.keys()].sort((a, b) => units[b]! - units[a]! || a - b);
  for (const row of longestFirst) {
    const least = bins.reduce((best, bin) => (bin.work < best.work ? bin : best));
    least.work += units[row]! + 32;
    least.rows.push(row);
  }
  return bins.map(({ rows }) => rows.sort((a, b) => a - b));
}

test('bins: longest processing time first, rows ascending within a bin', async (t) => {
  for (let seed = 20; seed < 32; seed++) {
    const matrix = matrixFor(seed);
    for (const count of parts) {
      const packed = await prepackMatrix(matrix, layoutFor('bins'), count);
      const begins = words(packed, 'bins');
      const rowIds = words(packed, 'rowIds');
      const bins = Array.from({ length: count }, (_, w) => [...rowIds.slice(begins[w], begins[w + 1])]);
      t.deepEqual(bins, naiveBins(rowUnits(matrix), count), `seed ${seed}, ${count} parts`);
      t.is(begins.length, count + 1);
      t.is(begins[count], matrix.n);
    }
  }
});

test('bins: skewed rows balance', async (t) => {
  const matrix = randomGqsMatrix({
    n: 4096,
    k: 4096,
    bits: 4,
    groupSize: 16,
    density: 0.4,
    seed: 2,
    rows: 'skewed',
  });
  const packed = await prepackMatrix(matrix, layoutFor('bins'), 132);
  const [begins, rowPtr] = [words(packed, 'bins'), words(packed, 'rowPtr')];
  const work = Array.from({ length: 132 }, (_, w) => rowPtr[begins[w + 1]!]! - rowPtr[begins[w]!]!);
  const mean = rowPtr.at(-1)! / 132;
  t.true(
    Math.max(...work) < 1.05 * mean,
    `the most loaded bin has ${Math.max(...work)} units, the mean is ${mean}`,
  );
});
