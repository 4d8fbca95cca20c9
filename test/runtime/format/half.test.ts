import test from 'ava';
import {
  Random,
  fromBfloat16,
  fromBfloat16Array,
  fromHalf,
  fromHalfArray,
  maxHalf,
  minHalf,
  toBfloat16,
  toBfloat16Array,
  toHalf,
  toHalfArray,
} from '../../../runtime/index.js';

const formats = [
  { name: 'float16', encode: toHalf, decode: fromHalf, infinity: 0x7c00, mantissaBits: 10, bias: 15 },
  {
    name: 'bfloat16',
    encode: toBfloat16,
    decode: fromBfloat16,
    infinity: 0x7f80,
    mantissaBits: 7,
    bias: 127,
  },
] as const;

/** IEEE 754, 3.4: what 16 bits of a format mean. */
function meaning(bits: number, mantissaBits: number, bias: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor((bits % 0x8000) / 2 ** mantissaBits);
  const fraction = (bits % 2 ** mantissaBits) / 2 ** mantissaBits;
  if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

for (const { name, encode, decode, infinity, mantissaBits, bias } of formats) {
  test(`${name}: all bits decode to what they mean and encode back`, (t) => {
    const wrong: string[] = [];
    for (let bits = 0; bits < 65_536; bits++) {
      const value = decode(bits);
      if (!Object.is(value, meaning(bits, mantissaBits, bias))) wrong.push(`bits ${bits} decode to ${value}`);
      const back = encode(value);
      if (Number.isNaN(value) ? !Number.isNaN(decode(back)) : back !== bits) {
        wrong.push(`${value} encodes to ${back}`);
      }
    }
    t.deepEqual(wrong, []);
  });

  test(`${name}: halfway goes to even, anything else to the nearer neighbour`, (t) => {
    const wrong: string[] = [];
    for (let bits = 0; bits < infinity; bits++) {
      const low = decode(bits);
      const next = bits + 1 === infinity ? low + (low - decode(bits - 1)) : decode(bits + 1);
      const middle = low + (next - low) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const offset = middle * 2 ** -50;
      const got = [middle, -middle, middle - offset, middle + offset].map(encode);
      const expected = [even, even + 0x8000, bits, bits + 1];
      if (got.some((value, i) => value !== expected[i])) {
        wrong.push(`between ${low} and ${next}: ${got.join()} instead of ${expected.join()}`);
      }
    }
    t.deepEqual(wrong, []);
  });

  test(`${name}: random numbers of every size go to the nearest`, (t) => {
    const random = new Random(9);
    const wrong: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      const value = random.normal() * 2 ** (random.integer(2 * bias + 10) - bias - 10);
      const bits = encode(value);
      const error = Math.abs(decode(bits) - value);
      if ((bits & 0x7fff) >= infinity) {
        t.true(Math.abs(value) > decode(infinity - 1));
        continue;
      }
      const neighbours = [bits - 1, bits + 1].filter(
        (other) => (other & 0x8000) === (bits & 0x8000) && other >= 0,
      );
      if (neighbours.some((other) => Math.abs(decode(other) - value) < error)) {
        wrong.push(`${value} encodes to ${bits}`);
      }
    }
    t.deepEqual(wrong, []);
  });

  test(`${name}: numbers out of range`, (t) => {
    t.deepEqual([Infinity, -Infinity, 1e300, -1e300].map(encode), [
      infinity,
      infinity + 0x8000,
      infinity,
      infinity + 0x8000,
    ]);
    t.deepEqual([0, -0, 5e-324, -5e-324].map(encode), [0, 0x8000, 0, 0x8000]);
    t.true(Number.isNaN(decode(encode(NaN))));
  });
}

test('limits of float16', (t) => {
  t.is(fromHalf(0x7bff), maxHalf);
  t.is(fromHalf(1), minHalf);
  t.is(toHalf(65_519.99), 0x7bff);
  t.is(toHalf(65_520), 0x7c00);
});

test('a value is rounded once, not first to float32', (t) => {
  const justAboveMiddle = 1 + 2 ** -11 + 2 ** -40;
  t.is(Math.fround(justAboveMiddle), 1 + 2 ** -11);
  t.is(fromHalf(toHalf(justAboveMiddle)), 1 + 2 ** -10);
});

test('arrays convert element by element', (t) => {
  const values = [0, 1, -2.5, 1e-7, 3.14159, 70_000];
  t.deepEqual([...toHalfArray(values)], values.map(toHalf));
  t.deepEqual([...toBfloat16Array(Float64Array.from(values))], values.map(toBfloat16));
  t.deepEqual(fromHalfArray(Uint16Array.of(0x3c00, 0xc000)), Float32Array.of(1, -2));
  t.deepEqual(fromBfloat16Array(Uint16Array.of(0x3f80, 0xc000)), Float32Array.of(1, -2));
});
