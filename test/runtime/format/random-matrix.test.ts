import test from 'ava';
import { GqsFormatError, matrixDensity, randomGqsMatrix, validateMatrix } from '../../../runtime/index.js';
import type { GqsMatrix, RandomMatrixOptions } from '../../../runtime/index.js';

const options: RandomMatrixOptions = { n: 400, k: 2048, bits: 4, groupSize: 16, density: 0.4, seed: 12 };

function counts({ rowIndex }: GqsMatrix): number[] {
  return Array.from(rowIndex.subarray(1), (end, row) => end - rowIndex[row]!);
}

test('the same options give the same matrix, another seed another one', (t) => {
  t.deepEqual(randomGqsMatrix(options), randomGqsMatrix(options));
  const other = randomGqsMatrix({ ...options, seed: 13 });
  t.notDeepEqual(randomGqsMatrix(options).groups, other.groups);
  t.notDeepEqual(randomGqsMatrix(options).values, other.values);
});

test('groups share the scale of the first of their run, and are otherwise the same', (t) => {
  const own = randomGqsMatrix({ ...options, rows: 'binomial' });
  for (const groupsPerScale of [2, 4] as const) {
    const shared = randomGqsMatrix({ ...options, rows: 'binomial', groupsPerScale });
    validateMatrix(shared);
    t.deepEqual({ ...shared, scales: own.scales, groupsPerScale: 1 }, own);
    for (let row = 0; row < own.n; row++) {
      for (let i = own.rowIndex[row]!; i < own.rowIndex[row + 1]!; i += groupsPerScale)
        t.is(shared.scales[i], own.scales[i]);
    }
  }
});

test('even rows all have the rounded number of groups', (t) => {
  t.true(counts(randomGqsMatrix(options)).every((count) => count === 51));
  t.true(counts(randomGqsMatrix({ ...options, density: 0.001 })).every((count) => count === 1));
  t.is(matrixDensity(randomGqsMatrix({ ...options, density: 1 })), 1);
  t.is(matrixDensity(randomGqsMatrix({ ...options, density: 0 })), 0);
});

test('binomial rows scatter as a binomial distribution does', (t) => {
  const matrix = randomGqsMatrix({ ...options, rows: 'binomial' });
  const mean = 128 * matrixDensity(matrix);
  const variance = counts(matrix).reduce((sum, count) => sum + (count - mean) ** 2, 0) / matrix.n;
  t.true(Math.abs(mean - 51.2) < 1.5);
  t.true(variance > 20 && variance < 45, `variance ${variance}, expected about 30.7`);
});

test('skewed rows reach from sparse to full around the stated density', (t) => {
  for (const density of [0.2, 0.4, 0.7]) {
    const matrix = randomGqsMatrix({ ...options, density, rows: 'skewed' });
    t.true(Math.abs(matrixDensity(matrix) - density) < 0.05);
    t.true(Math.min(...counts(matrix)) >= 6 && Math.min(...counts(matrix)) < 128 * density * 0.5);
    t.true(Math.max(...counts(matrix)) > 115);
  }
  t.is(matrixDensity(randomGqsMatrix({ ...options, density: 1, rows: 'skewed' })), 1);
});

test('empty rows and a full one are placed as asked', (t) => {
  for (const rows of ['even', 'binomial', 'skewed'] as const) {
    const matrix = randomGqsMatrix({ ...options, rows, emptyRows: 37, fullRow: true });
    validateMatrix(matrix);
    t.is(counts(matrix).filter((count) => count === 0).length, 37);
    const full = counts(matrix).filter((count) => count === 128).length;
    t.true(rows === 'skewed' ? full >= 1 : full === 1);
  }
  const only = randomGqsMatrix({ ...options, n: 1, fullRow: true });
  t.deepEqual(counts(only), [128]);
});

test('every column, integer and zero point occurs', (t) => {
  const matrix = randomGqsMatrix(options);
  t.is(new Set(matrix.groups).size, 128);
  t.is(new Set(matrix.values).size, 256);
  t.is(new Set(matrix.zeros).size, 16);
});

test('options that no matrix has are rejected', (t) => {
  const cases: [Partial<RandomMatrixOptions>, RegExp][] = [
    [{ k: 100 }, /for k but received 100/],
    [{ density: 1.1 }, /for density but received 1\.1/],
    [{ density: NaN }, /for density but received NaN/],
    [{ emptyRows: 401 }, /0 to 400 for emptyRows but received 401/],
    [{ emptyRows: 400, fullRow: true }, /0 to 399 for emptyRows but received 400/],
    [{ emptyRows: -1 }, /for emptyRows but received -1/],
  ];
  for (const [change, message] of cases) {
    t.throws(() => randomGqsMatrix({ ...options, ...change }), { instanceOf: GqsFormatError, message });
  }
  t.throws(() => randomGqsMatrix({ ...options, seed: 0.5 }), { message: /safe integer for seed/ });
});
