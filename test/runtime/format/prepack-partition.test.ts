import test from 'ava';
import { prepackMatrix } from '../../../runtime/index.js';
import { layoutFor, matrixFor, rowUnits } from './partition-cases.js';
import { words } from './stream-unpacker.js';

const parts = [1, 2, 3, 7, 64, 500];

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
