import test from 'ava';
import { sliceRoom, type StreamPartition } from '../../../generator/index.js';
import { Random, prepackMatrix, randomGqsMatrix } from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';
import { streamLayout } from './stream-layouts.js';
import { sliceTables, unpackStream, words } from './stream-unpacker.js';

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

interface Slice {
  readonly rows: number[];
  readonly steps: number;
}

interface Dealt {
  /** Slices of each CTA in the order in which they are stored. */
  readonly ctas: Slice[][];
  /** Steps that each CTA has room for. */
  readonly room: number;
}

/**
 * Longest processing time first, by a plain search for the least loaded CTA with room; then exchanges while these help;
 * slices of one length go to their receivers in the order of the rows that these have, again and again; then long and short
 * slices in turns.
 */
function deal(units: number[], rowsPerSlice: number, ctaCount: number): Dealt {
  const slices = cut(units, rowsPerSlice);
  const most = Math.ceil((1.25 * slices.length) / ctaCount);
  const lengths = [...new Set(slices.map(({ steps }) => steps))];
  const promised = balance(slices, most, ctaCount);
  const owners = new Map<Slice, number>();
  const slicesOf = (cta: number) => slices.filter((slice) => owners.get(slice) === cta);
  const handOut = (alike: Slice[], receivers: number[]): void => {
    alike.forEach((slice) => owners.delete(slice));
    const empty = [...promised.keys()].filter((cta) => receivers.includes(cta) && slicesOf(cta).length === 0);
    const place = promised.map((_, cta) => {
      const own = slicesOf(cta);
      return own.length > 0
        ? own.reduce((sum, { rows }) => sum + rows[0]!, 0) / own.length
        : ((empty.indexOf(cta) + 0.5) / empty.length) * units.length;
    });
    receivers.sort((a, b) => place[a]! - place[b]! || a - b);
    receivers.forEach((cta, i) => owners.set(alike[i]!, cta));
  };
  const kinds = lengths.map((length) => ({
    alike: slices.filter(({ steps }) => steps === length),
    receivers: promised.flatMap((own, cta) => own.filter((steps) => steps === length).map(() => cta)),
  }));
  for (const { alike, receivers } of kinds) handOut(alike, receivers);
  for (let round = 0; round < 6; ++round) {
    for (const { alike, receivers } of kinds) handOut(alike, receivers);
  }
  return {
    ctas: promised.map((_, cta) => inTurns(slicesOf(cta))),
    room: Math.max(1, ...promised.map(sum)),
  };
}

/** The lengths of the slices of each CTA: exchanged, or packed where these have the fewest steps. */
function balance(slices: readonly Slice[], most: number, ctaCount: number): number[][] {
  const exchanged = exchange(slices, most, ctaCount);
  const mean = Math.ceil(sum(exchanged.map(sum)) / ctaCount);
  for (let steps = mean; steps < Math.max(...exchanged.map(sum)); steps++) {
    const packed = pack(slices, most, ctaCount, steps);
    if (packed) return packed;
  }
  return exchanged;
}

function pack(
  slices: readonly Slice[],
  most: number,
  ctaCount: number,
  room: number,
): number[][] | undefined {
  const ctas = Array.from({ length: ctaCount }, (): number[] => []);
  for (const { steps } of slices) {
    const fitting = ctas.filter((own) => own.length < most && sum(own) + steps <= room);
    if (fitting.length === 0) return undefined;
    fitting.reduce((best, own) => (sum(own) > sum(best) ? own : best)).push(steps);
  }
  return ctas;
}

function exchange(slices: readonly Slice[], most: number, ctaCount: number): number[][] {
  const ctas = Array.from({ length: ctaCount }, (): number[] => []);
  for (const { steps } of slices) {
    const open = ctas.filter((own) => own.length < most);
    open.reduce((best, own) => (sum(own) < sum(best) ? own : best)).push(steps);
  }
  const mean = Math.ceil(sum(ctas.map(sum)) / ctaCount);
  for (;;) {
    const fullest = ctas.reduce((best, own) => (sum(own) > sum(best) ? own : best));
    if (sum(fullest) <= mean) return ctas;
    const exchanges = ctas.flatMap((partner) =>
      [...new Set(fullest)]
        .sort((a, b) => b - a)
        .flatMap((given) =>
          [...new Set(partner)]
            .sort((a, b) => b - a)
            .filter((taken) => taken < given)
            .map((taken) => {
              const after = Math.max(sum(fullest) - given + taken, sum(partner) + given - taken);
              return { partner, given, taken, after };
            }),
        ),
    );
    const helpful = exchanges.filter(({ after }) => after < sum(fullest));
    if (helpful.length === 0) return ctas;
    const { partner, given, taken } = helpful.reduce((best, one) => (one.after < best.after ? one : best));
    fullest.splice(fullest.indexOf(given), 1, taken);
    partner.splice(partner.indexOf(taken), 1, given);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Longest first. */
function cut(units: number[], rowsPerSlice: number): Slice[] {
  const stepsOf = (row: number) => Math.max(1, Math.ceil((units[row]! * rowsPerSlice) / 32));
  const longestFirst = [...units.keys()].sort((a, b) => stepsOf(b) - stepsOf(a) || a - b);
  return Array.from({ length: Math.ceil(units.length / rowsPerSlice) }, (_, slice) => {
    const rows = longestFirst.slice(slice * rowsPerSlice, (slice + 1) * rowsPerSlice);
    return { rows, steps: stepsOf(rows[0]!) };
  });
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
      const most = sliceRoom(matrix.n, rowsPerSlice, ctaCount);
      const rowIds = ctas.flatMap((cta) => {
        const rows = cta.flatMap((slice) => [
          ...slice.rows,
          ...repeated(noRow, rowsPerSlice - slice.rows.length),
        ]);
        return [...rows, ...repeated(noRow, most * rowsPerSlice - rows.length)];
      });
      t.deepEqual(sliceTables(packed, matrix.n).rowIds, rowIds);
      const ends = ctas.flatMap((cta, c) => {
        let step = c * room;
        const own = cta.map(({ steps }) => (step += steps));
        return [...own, ...repeated(step, most - own.length)];
      });
      t.deepEqual(sliceTables(packed, matrix.n).ends, ends);
    }
  }
});

function repeated(value: number, count: number): number[] {
  return Array<number>(count).fill(value);
}

test('slices: with each slice, the warps that leave it unfinished', async (t) => {
  for (const [warpsPerCta, ctaCount, rowsPerSlice] of [
    [5, 3, 4],
    [32, 2, 32],
  ] as const) {
    const matrix = matrixFor(4);
    const layout = { ...layoutFor('slices'), rowsPerSlice, warpsPerCta };
    const packed = await prepackMatrix(matrix, layout, warpsPerCta * ctaCount);
    const { ctas, room } = deal(rowUnits(matrix), rowsPerSlice, ctaCount);
    const most = sliceRoom(matrix.n, rowsPerSlice, ctaCount);
    // The warp that multiplies a step of a CTA.
    const share = (warp: number) => Math.floor((warp * room) / warpsPerCta);
    const warpOf = (step: number) =>
      Array.from({ length: warpsPerCta }, (_, w) => w).find((w) => share(w) <= step && step < share(w + 1))!;
    ctas.forEach((cta, c) => {
      let begin = 0;
      const expected = cta.map(({ steps }) => {
        const first = warpOf(begin);
        begin += steps;
        return [first, warpOf(begin - 1) - first];
      });
      const open = sliceTables(packed, matrix.n).open.slice(c * most, c * most + cta.length);
      t.deepEqual(
        open.map((word) => [word % 256, word >> 8]),
        expected,
      );
    });
  }
});

test('slices: the tasks of a CTA go through all of its steps in equal shares', async (t) => {
  const matrix = matrixFor(4);
  const [warpsPerCta, ctaCount, rowsPerSlice] = [5, 3, 4];
  const layout = { ...layoutFor('slices'), rowsPerSlice, warpsPerCta };
  const packed = await prepackMatrix(matrix, layout, warpsPerCta * ctaCount);
  const { ctas, room } = deal(rowUnits(matrix), rowsPerSlice, ctaCount);
  const { tasks } = sliceTables(packed, matrix.n);
  ctas.forEach((cta, c) => {
    let step = c * room;
    const begins = [step, ...cta.map(({ steps }) => (step += steps))];
    for (let warp = 0; warp < warpsPerCta; warp++) {
      const begin = c * room + Math.floor((warp * room) / warpsPerCta);
      const shareEnd = c * room + Math.floor(((warp + 1) * room) / warpsPerCta);
      const [slice, sliceEnd, end] = tasks[c * warpsPerCta + warp]!;
      t.is(end, Math.max(begin, Math.min(shareEnd, begins.at(-1)!)));
      if (begin >= end!) continue;
      t.true(begins[slice!]! <= begin && begin < begins[slice! + 1]!, 'the slice holds the first step');
      t.is(sliceEnd, begins[slice! + 1]!);
    }
  });
});

test('slices: a CTA has at most a quarter more than the mean, however short they are', async (t) => {
  // One CTA could take nearly all of the short rows without being the last to finish.
  const [n, columns] = [130, 2048];
  const counts = Array.from({ length: n }, (_, row) => (row < 8 ? columns : 1));
  const rowIndex = new Int32Array(n + 1);
  counts.forEach((count, row) => (rowIndex[row + 1] = rowIndex[row]! + count));
  const full = randomGqsMatrix({ n, k: 16 * columns, bits: 4, groupSize: 16, density: 1, seed: 5 });
  const kept = counts.flatMap((count, row) => Array.from({ length: count }, (_, i) => row * columns + i));
  const matrix: GqsMatrix = {
    ...full,
    rowIndex,
    groups: Uint16Array.from(kept, (group) => full.groups[group]!),
    scales: Uint16Array.from(kept, (group) => full.scales[group]!),
    zeros: Uint8Array.from(kept, (group) => full.zeros[group]!),
    values: Uint8Array.from(kept.flatMap((group) => [...full.values.subarray(group * 8, group * 8 + 8)])),
  };
  const [ctaCount, rowsPerSlice, warpsPerCta] = [9, 1, 2];
  const layout = { ...layoutFor('slices'), rowsPerSlice, warpsPerCta };
  const packed = await prepackMatrix(matrix, layout, warpsPerCta * ctaCount);
  const most = sliceRoom(n, rowsPerSlice, ctaCount);
  const { rowIds } = sliceTables(packed, n);
  const slices = Array.from({ length: ctaCount }, (_, cta) => {
    return rowIds.slice(cta * most, (cta + 1) * most).filter((row) => row !== noRow).length;
  });
  t.is(
    slices.reduce((sum, count) => sum + count),
    n,
  );
  t.is(Math.max(...slices), most);
  t.deepEqual(
    unpackStream(packed, matrix.n).map((row) => row[0]!.column),
    columnsOf(matrix),
  );
});

/** The column of the first group of each row. */
function columnsOf({ n, rowIndex, groups }: GqsMatrix): number[] {
  return Array.from({ length: n }, (_, row) => groups[rowIndex[row]!]!);
}

for (const [rows, n, density, rowsPerSlice, excess] of [
  ['skewed', 4096, 0.4, 4, 0.02],
  // Dealt without exchanges, the CTA that has the most steps has 3 % more than the mean.
  ['binomial', 12288, 0.4, 8, 0.006],
  // Pairs of a long and a short slice are as long as the longest and the shortest; some have to be alone, some three.
  ['skewed', 1024, 0.5, 4, 0.08],
] as const) {
  test(`slices: ${n} ${rows} rows balance`, async (t) => {
    const matrix = randomGqsMatrix({ n, k: 4096, bits: 4, groupSize: 16, density, seed: 2, rows });
    const layout = { ...layoutFor('slices'), rowsPerSlice, warpsPerCta: 8 };
    const packed = await prepackMatrix(matrix, layout, 8 * 132);
    const steps = sum(cut(rowUnits(matrix), rowsPerSlice).map((slice) => slice.steps));
    t.true(
      packed.units <= (1 + excess) * 32 * steps,
      `room for ${packed.units / 32} steps, ${steps} are needed`,
    );
  });
}
