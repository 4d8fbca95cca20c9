import test from 'ava';
import { GqsFormatError, Random, quantiseTokens } from '../../../runtime/index.js';

test('every token has its own scale and stays within half a step', (t) => {
  const random = new Random(51);
  const [m, k] = [5, 96];
  const x = Float32Array.from({ length: m * k }, (_, i) => random.normal() * 10 ** Math.floor(i / k - 2));
  const { values, scales } = quantiseTokens(x, m, k);
  for (let token = 0; token < m; token++) {
    const row = x.subarray(token * k, (token + 1) * k);
    const absmax = Math.max(...row.map(Math.abs));
    t.is(scales[token], Math.fround(absmax / 127));
    const integers = values.subarray(token * k, (token + 1) * k);
    t.is(Math.max(...integers.map(Math.abs)), 127);
    row.forEach((value, i) => {
      t.true(Math.abs(integers[i]! * scales[token]! - value) <= 0.5001 * scales[token]!);
    });
  }
});

test('tokens of zeros, and of numbers too small for a scale, are zeros', (t) => {
  t.deepEqual(quantiseTokens(new Float32Array(8), 2, 4), {
    values: new Int8Array(8),
    scales: new Float32Array(2),
  });
  const tiny = quantiseTokens(Float64Array.of(1e-46, -1e-46), 1, 2);
  t.deepEqual(tiny, { values: new Int8Array(2), scales: new Float32Array(1) });
});

test('scales that are subnormal do not push integers out of range', (t) => {
  const { values } = quantiseTokens(Float64Array.of(2e-43, -2e-43, 1e-43), 1, 3);
  t.true(values.every((q) => q >= -127 && q <= 127));
  t.true(values[0]! > 0 && values[1] === -values[0]!);
});

test('x that is not finite, or of another size, is rejected', (t) => {
  const x = new Float32Array(8).fill(1);
  x[6] = NaN;
  t.throws(() => quantiseTokens(x, 2, 4), {
    instanceOf: GqsFormatError,
    message: 'Expected a finite number for x at token 1, column 2 but received NaN',
  });
  t.throws(() => quantiseTokens(x, 2, 5), { message: /m \* k = 10 elements for x but received 8/ });
  t.throws(() => quantiseTokens(Float64Array.of(1e300), 1, 1), {
    message: /float32 numbers for x of token 0/,
  });
});
