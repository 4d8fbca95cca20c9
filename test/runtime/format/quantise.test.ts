import test from 'ava';
import { bitWidths, groupSizes } from '../../../generator/index.js';
import type { Bits, GroupSize } from '../../../generator/index.js';
import {
  GqsFormatError,
  Random,
  dequantiseFloat64,
  fromHalf,
  quantiseDense,
  toHalf,
  unpackGroup,
  validateMatrix,
} from '../../../runtime/index.js';
import type { DenseWeights } from '../../../runtime/index.js';

/** One row, every group surviving. */
function oneRow(weights: number[], bits: Bits, groupSize: GroupSize): DenseWeights {
  const mask = new Uint8Array(weights.length / groupSize).fill(1);
  return { n: 1, k: weights.length, bits, groupSize, weights: Float32Array.from(weights), mask };
}

/** Largest error of a quantised row, and the largest scale. */
function errorOf(dense: DenseWeights): { error: number; scale: number } {
  const matrix = quantiseDense(dense);
  validateMatrix(matrix);
  const back = dequantiseFloat64(matrix);
  return {
    error: Math.max(...dense.weights.map((w, i) => Math.abs(w - back[i]!))),
    scale: Math.max(...Array.from(matrix.scales, fromHalf)),
  };
}

/** Integers, scale bits and zero point of a group by equations 1 to 3, each integer found by trying them all. */
function bruteForce(members: number[], bits: Bits): { scale: number; zero: number; errors: number[] } {
  const low = Math.min(0, ...members);
  const scale = toHalf((Math.max(0, ...members) - low) / (2 ** bits - 1));
  const step = fromHalf(scale);
  const zero = Math.round((0 - low) / step);
  const levels = Array.from({ length: 2 ** bits }, (_, q) => (q - zero) * step);
  const errors = members.map((w) => Math.min(...levels.map((level) => Math.abs(level - w))));
  return { scale, zero, errors };
}

test('equations 1 to 3, with each integer the best there is for the stored scale', (t) => {
  const random = new Random(17);
  for (const bits of bitWidths) {
    for (const groupSize of groupSizes) {
      const [n, columns] = [7, 6];
      const k = columns * groupSize;
      const weights = Float32Array.from({ length: n * k }, () => random.normal() * 0.2 + 0.1);
      const mask = Uint8Array.from({ length: n * columns }, () => random.integer(2));
      const matrix = quantiseDense({ n, k, bits, groupSize, weights, mask });
      validateMatrix(matrix);
      const alive = [...mask.keys()].filter((source) => mask[source] === 1);
      t.deepEqual(
        [...matrix.groups],
        alive.map((source) => source % columns),
      );
      t.deepEqual(
        [...matrix.rowIndex],
        Array.from({ length: n + 1 }, (_, row) => alive.filter((s) => s < row * columns).length),
      );
      const integers = new Uint8Array(groupSize);
      alive.forEach((source, group) => {
        const members = [...weights.subarray(source * groupSize, (source + 1) * groupSize)];
        const { scale, zero, errors } = bruteForce(members, bits);
        t.is(matrix.scales[group], scale);
        t.is(matrix.zeros[group], zero);
        unpackGroup(matrix, group, integers);
        const worse = members.findIndex((w, i) => {
          return Math.abs((integers[i]! - zero) * fromHalf(scale) - w) > errors[i]! * (1 + 1e-12);
        });
        t.is(worse, -1, `integer ${integers[worse]} for ${members[worse]} in group ${group}`);
      });
    }
  }
});

test('pruned groups come back as zeros, surviving ones within half a step', (t) => {
  const random = new Random(23);
  const [n, k, groupSize] = [20, 64, 16] as const;
  const weights = Float32Array.from({ length: n * k }, () => random.normal());
  const mask = Uint8Array.from({ length: (n * k) / groupSize }, (_, i) =>
    i < 4 ? 0 : i < 8 ? 1 : random.integer(2),
  );
  const matrix = quantiseDense({ n, k, bits: 4, groupSize, weights, mask });
  const back = dequantiseFloat64(matrix);
  t.deepEqual([...matrix.rowIndex.slice(0, 3)], [0, 0, 4], 'the first row is empty, the second full');
  let group = -1;
  for (let i = 0; i < n * k; i++) {
    const alive = mask[Math.floor(i / groupSize)] === 1;
    if (alive && i % groupSize === 0) group++;
    if (alive) t.true(Math.abs(back[i]! - weights[i]!) <= 0.51 * fromHalf(matrix.scales[group]!));
    else t.is(back[i], 0);
  }
});

test('groups that share a scale have that of the widest of them, and weights are within half a step', (t) => {
  const random = new Random(29);
  const [n, columns, groupSize] = [9, 11, 16] as const;
  const k = columns * groupSize;
  for (const bits of bitWidths) {
    for (const groupsPerScale of [2, 4] as const) {
      const widths = Array.from({ length: n * columns }, () => random.integer(4));
      const weights = Float32Array.from(
        { length: n * k },
        (_, i) => random.normal() * widths[Math.floor(i / groupSize)]!,
      );
      const mask = Uint8Array.from({ length: n * columns }, (_, i) => (i < columns ? 1 : random.integer(2)));
      const dense: DenseWeights = { n, k, bits, groupSize, groupsPerScale, weights, mask };
      const [matrix, own] = [quantiseDense(dense), quantiseDense({ ...dense, groupsPerScale: 1 })];
      validateMatrix(matrix);
      const back = dequantiseFloat64(matrix);
      for (let row = 0; row < n; row++) {
        const [begin, end] = [matrix.rowIndex[row]!, matrix.rowIndex[row + 1]!];
        for (let group = begin; group < end; group++) {
          const first = group - ((group - begin) % groupsPerScale);
          const widest = Math.max(...own.scales.subarray(first, Math.min(first + groupsPerScale, end)));
          t.is(matrix.scales[group], widest);
          // The scale is rounded to 11 bits, which may cut off that much of the range.
          const most = (0.5 + 2 ** (bits - 11)) * fromHalf(widest);
          const start = row * k + matrix.groups[group]! * groupSize;
          for (let i = start; i < start + groupSize; i++) {
            t.true(Math.abs(back[i]! - weights[i]!) <= most);
            if (widths[Math.floor(start / groupSize)] === 0) t.is(back[i], 0);
          }
        }
      }
    }
  }
});

test('groups of one value are represented to the precision of a float16', (t) => {
  for (const bits of bitWidths) {
    for (const value of [0.37, -0.37, 1, -1000, 0.02, 60_000]) {
      const { error } = errorOf(oneRow(Array<number>(8).fill(value), bits, 8));
      t.true(error <= Math.abs(value) * 2 ** -11, `${value} with ${bits} bits is off by ${error}`);
    }
  }
});

test('all-zero groups come back as exact zeros', (t) => {
  for (const zero of [0, -0]) {
    const matrix = quantiseDense(oneRow(Array<number>(16).fill(zero), 4, 16));
    validateMatrix(matrix);
    t.true(dequantiseFloat64(matrix).every((w) => w === 0));
  }
});

test('groups below the normal range of float16 scales keep their range', (t) => {
  const random = new Random(31);
  const minHalf = 2 ** -24;
  for (const bits of bitWidths) {
    for (let exponent = -16; exponent >= -44; exponent--) {
      const weights = Array.from({ length: 32 }, () => (random.uniform() - 0.3) * 2 ** exponent);
      const { error, scale } = errorOf(oneRow(weights, bits, 32));
      const step = (Math.max(0, ...weights) - Math.min(0, ...weights)) / (2 ** bits - 1);
      t.true(scale <= Math.max(step * (1 + 2 ** -11), step + minHalf));
      t.true(
        error <= 0.51 * scale + step * 2 ** -11 * 2 ** bits,
        `2^${exponent}, ${bits} bits: ${error} of ${scale}`,
      );
    }
  }
});

test('the widest range that a float16 scale holds is kept, a wider one is rejected with its place', (t) => {
  const fits = oneRow([0, 1, 2, 65_504 * 15], 4, 4);
  t.is(errorOf(fits).scale, 65_504);
  const weights = [1, 2, 3, 4, -5e5, 0, 0, 5e5];
  const error = t.throws(() => quantiseDense(oneRow(weights, 4, 4)), { instanceOf: GqsFormatError });
  t.regex(
    error.message,
    /range that fits a float16 scale for weights at row 0, columns from 4 but received -500000/,
  );
  t.throws(() => quantiseDense(oneRow([3e38, -3e38, 0, 0], 2, 4)), { instanceOf: GqsFormatError });
});

test('weights that are not finite are rejected with row and column, pruned or not', (t) => {
  for (const [value, alive] of [
    [NaN, 1],
    [Infinity, 1],
    [-Infinity, 0],
    [NaN, 0],
  ] as const) {
    const weights = new Float32Array(3 * 16).fill(0.5);
    weights[2 * 16 + 5] = value;
    const mask = new Uint8Array(6).fill(alive);
    const error = t.throws(() => quantiseDense({ n: 3, k: 16, bits: 4, groupSize: 8, weights, mask }), {
      instanceOf: GqsFormatError,
    });
    t.is(error.message, `Expected a finite number for weights at row 2, column 5 but received ${value}`);
  }
});

test('shapes and masks that do not fit are rejected', (t) => {
  const good = oneRow(Array<number>(16).fill(1), 4, 8);
  const cases: [Partial<DenseWeights>, RegExp][] = [
    [{ k: 12 }, /multiple of the group size 8 for k but received 12/],
    [{ n: 2 }, /n \* k = 32 elements for weights but received 16/],
    [{ bits: 6 as never }, /for bits but received 6/],
    [{ groupSize: 7 as never }, /for groupSize but received 7/],
    [{ mask: new Uint8Array(3) }, /= 2 elements for mask but received 3/],
    [{ mask: Uint8Array.of(1, 2) }, /Expected 0 or 1 for mask at row 0, group 1 but received 2/],
  ];
  for (const [change, message] of cases) {
    t.throws(() => quantiseDense({ ...good, ...change }), { instanceOf: GqsFormatError, message });
  }
});
