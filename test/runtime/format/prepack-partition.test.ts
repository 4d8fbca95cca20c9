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

const noRow = 2 ** 32 - 1;

interface Dealt {
  /** Slices of each CTA in the order in which they are stored: rows and steps. */
  readonly ctas: { rows: number[]; steps: number }[][];
  /** Steps that each CTA has room for. */
  readonly room: number;
}

/** Longest processing time first, by a plain search for the least loaded CTA; then long and short slices in turns. */
function deal(units: number[], rowsPerSlice: number, ctaCount: number): Dealt {
  const stepsOf = (row: number) => Math.max(1, Math.ceil((units[row]! * rowsPerSlice) / 32));
  const longestFirst = [...units.keys()].sort((a, b) => stepsOf(b) - stepsOf(a) || a - b);
  const ctas = Array.from({ length: ctaCount }, () => [] as { rows: number[]; steps: number }[]);
  const work = (slices: { steps: number }[]) => slices.reduce((sum, { steps }) => sum + steps, 0);
  for (let first = 0; first < longestFirst.length; first += rowsPerSlice) {
    const rows = longestFirst.slice(first, first + rowsPerSlice);
    const steps = stepsOf(rows[0]!);
    const least = ctas.reduce((best, cta) => (work(cta) < work(best) ? cta : best));
    least.push({ rows, steps });
  }
  return { ctas: ctas.map(inTurns), room: Math.max(1, ...ctas.map(work)) };
}

/** The first, the last, the second, the second last, ... */
function inTurns<T>(all: readonly T[]): T[] {
  return all.map((_, i) => all[i % 2 === 0 ? i / 2 : all.length - (i + 1) / 2]!);
}

test('slices: rows of similar length side by side, dealt longest first, stored in turns', async (t) => {
  for (let seed = 20; seed < 30; seed++) {
    const matrix = matrixFor(seed);
    for (const [rowsPerSlice, warpsPerCta, ctaCount] of [
      [1, 4, 3],
      [2, 1, 7],
      [4, 3, 5],
      [8, 16, 2],
      [32, 2, 40],
    ] as const) {
      const layout = { ...layoutFor('slices'), rowsPerSlice, warpsPerCta };
      const packed = await prepackMatrix(matrix, layout, warpsPerCta * ctaCount);
      const { ctas, room } = deal(rowUnits(matrix), rowsPerSlice, ctaCount);
      t.is(packed.units, 32 * room * ctaCount);
      const slices = ctas.flat();
      const padded = slices.flatMap(({ rows }) => [
        ...rows,
        ...Array<number>(rowsPerSlice - rows.length).fill(noRow),
      ]);
      t.deepEqual([...words(packed, 'rowIds').slice(0, padded.length)], padded);
      const ends = ctas.flatMap((cta, c) => {
        let step = c * room;
        return cta.map(({ steps }) => (step += steps));
      });
      t.deepEqual([...words(packed, 'sliceEnds').slice(0, ends.length)], ends);
      const behind = 2 * (32 / rowsPerSlice);
      t.true(
        words(packed, 'sliceEnds').length >= ends.length + behind,
        'a kernel looks one page of slices ahead',
      );
      t.true(words(packed, 'rowIds').length >= padded.length + 64, 'and one of rows');
    }
  }
});

test('slices: the tasks of a CTA go through all of its steps in equal shares', async (t) => {
  const matrix = matrixFor(4);
  const [warpsPerCta, ctaCount, rowsPerSlice] = [5, 3, 4];
  const layout = { ...layoutFor('slices'), rowsPerSlice, warpsPerCta };
  const packed = await prepackMatrix(matrix, layout, warpsPerCta * ctaCount);
  const { ctas, room } = deal(rowUnits(matrix), rowsPerSlice, ctaCount);
  const ends = words(packed, 'sliceEnds');
  const tasks = words(packed, 'tasks');
  t.is(tasks.length, 4 * warpsPerCta * ctaCount);
  let firstSlice = 0;
  ctas.forEach((cta, c) => {
    const last = cta.reduce((step, { steps }) => step + steps, c * room);
    for (let warp = 0; warp < warpsPerCta; warp++) {
      const begin = c * room + Math.floor((warp * room) / warpsPerCta);
      const shareEnd = c * room + Math.floor(((warp + 1) * room) / warpsPerCta);
      const [slice, end, sliceEnd, earlier] = tasks.slice(4 * (c * warpsPerCta + warp));
      t.is(end, Math.max(begin, Math.min(shareEnd, last)));
      if (begin >= end!) continue;
      const began = slice === firstSlice ? c * room : ends[slice! - 1]!;
      t.true(began <= begin && begin < ends[slice!]!, 'the slice holds the first step');
      t.is(sliceEnd, ends[slice!]!);
      const shareBegin = (w: number) => c * room + Math.floor((w * room) / warpsPerCta);
      const owner = Array.from({ length: warp + 1 }, (_, w) => w).find((w) => began < shareBegin(w + 1))!;
      t.is(earlier, warp - owner, 'warps before this one that have a part of the slice');
    }
    firstSlice += cta.length;
  });
});

test('slices: skewed rows balance', async (t) => {
  const options = {
    n: 4096,
    k: 4096,
    bits: 4,
    groupSize: 16,
    density: 0.4,
    seed: 2,
    rows: 'skewed',
  } as const;
  const matrix = randomGqsMatrix(options);
  const packed = await prepackMatrix(
    matrix,
    { ...layoutFor('slices'), rowsPerSlice: 4, warpsPerCta: 8 },
    8 * 132,
  );
  const { ctas } = deal(rowUnits(matrix), 4, 132);
  const steps = ctas.flat().reduce((sum, slice) => sum + slice.steps, 0);
  t.true(packed.units < 1.02 * 32 * steps, `room for ${packed.units / 32} steps, ${steps} are needed`);
});
