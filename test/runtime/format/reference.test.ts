import test from 'ava';
import { bitWidths, groupSizes } from '../../../generator/index.js';
import {
  GqsFormatError,
  Random,
  dequantiseFloat64,
  quantiseTokens,
  randomGqsMatrix,
  referenceProduct,
  referenceProductInt8,
} from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';

/** y [m, n] by the definition, over dense weights. */
function denseProduct({ n, k }: GqsMatrix, weights: Float64Array, x: ArrayLike<number>, m: number): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [token, row] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += weights[row * k + i]! * x[token * k + i]!;
    return sum;
  });
}

function closeTo(got: Float64Array, expected: number[]): boolean {
  const size = Math.max(...expected.map(Math.abs), 1e-300);
  return got.length === expected.length && expected.every((y, i) => Math.abs(y - got[i]!) <= 1e-12 * size);
}

test('the product is that of the dequantised weights', (t) => {
  const random = new Random(41);
  for (const bits of bitWidths) {
    for (const groupSize of groupSizes) {
      for (const m of [1, 3]) {
        const n = 1 + random.integer(12);
        const k = groupSize * (1 + random.integer(9));
        const seed = random.uint32();
        const matrix = randomGqsMatrix({ n, k, bits, groupSize, density: 0.6, seed, rows: 'binomial' });
        const weights = dequantiseFloat64(matrix);
        const x = Float64Array.from({ length: m * k }, () => random.normal());
        t.true(closeTo(referenceProduct(matrix, x, m), denseProduct(matrix, weights, x, m)));
        const single = Float32Array.from(x);
        t.true(closeTo(referenceProduct(matrix, single, m), denseProduct(matrix, weights, single, m)));
        const tokens = quantiseTokens(x, m, k);
        const back = Float64Array.from(tokens.values, (q, i) => q * tokens.scales[Math.floor(i / k)]!);
        t.true(closeTo(referenceProductInt8(matrix, tokens, m), denseProduct(matrix, weights, back, m)));
      }
    }
  }
});

test('empty rows give 0', (t) => {
  const matrix = randomGqsMatrix({ n: 4, k: 32, bits: 4, groupSize: 16, density: 0, seed: 1 });
  t.deepEqual(referenceProduct(matrix, new Float64Array(64).fill(1), 2), new Float64Array(8));
});

test('x of another size is rejected', (t) => {
  const matrix = randomGqsMatrix({ n: 4, k: 32, bits: 4, groupSize: 16, density: 1, seed: 1 });
  const message = /m \* k = 64 elements for x but received 32/;
  t.throws(() => referenceProduct(matrix, new Float32Array(32), 2), { instanceOf: GqsFormatError, message });
  const tokens = { values: new Int8Array(32), scales: new Float32Array(2) };
  t.throws(() => referenceProductInt8(matrix, tokens, 2), { instanceOf: GqsFormatError, message });
  t.throws(() => referenceProductInt8(matrix, tokens, 1), {
    message: /m = 1 elements for scales of x but received 2/,
  });
});
