import test from 'ava';
import { sliceRoom } from '../../../generator/index.js';
import { prepackMatrix, randomGqsMatrix } from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';
import { cut, deal, sum } from './deal-slices.js';
import { layoutFor, matrixFor, rowUnits } from './partition-cases.js';
import { sliceTables, unpackStream } from './stream-unpacker.js';

const noRow = 2 ** 32 - 1;

test('rows of similar length side by side, dealt longest first, stored in turns', async (t) => {
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

test('with each slice, the warps that leave it unfinished', async (t) => {
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

test('the tasks of a CTA go through all of its steps in equal shares', async (t) => {
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

test('a CTA has at most a quarter more than the mean, however short they are', async (t) => {
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
  t.is(sum(slices), n);
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
  test(`${n} ${rows} rows balance`, async (t) => {
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
