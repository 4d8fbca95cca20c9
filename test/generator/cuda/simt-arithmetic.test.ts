/** The SIMT machine's arithmetic against independent implementations. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fromBfloat16, fromHalf, Random, toBfloat16, toHalf } from '../../../runtime/index.js';
import { fmaToHalf } from '../../simt/exact-half.js';
import { runLibrary } from '../../simt/run-simt.js';
import { conversionKernel } from '../../simt/shim-kernels.js';
import { compileForSimt } from '../../simt/toolchain.js';
import { input, launch, output, scalar } from './shim-launch.js';

let directory = '';
let conversions = '';

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gqs-simt-arithmetic-'));
  conversions = await compileForSimt(conversionKernel, 'convert', directory);
});

test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs operation `operation` of the conversion kernel on triples of 32-bit words. */
async function convert(operation: number, a: Uint32Array, b = a, c = a): Promise<Uint32Array> {
  const args = [
    scalar(operation),
    input('a', a),
    input('b', b),
    input('c', c),
    output('y', a.byteLength),
    scalar(a.length),
  ];
  const results = await runLibrary(conversions, [launch(args)]);
  return new Uint32Array(results[0]![0]!.get('y')!.buffer);
}

const floats = new Float32Array(1);
const floatBits = new Uint32Array(floats.buffer);

function toBits(value: number): number {
  floats[0] = value;
  return floatBits[0]!;
}

function fromBits(bits: number): number {
  floatBits[0] = bits;
  return floats[0]!;
}

/** Float32 numbers where rounding to 16 bits decides: at, above and below each tie, and random ones. */
function roundingCases(decode: (bits: number) => number): Uint32Array {
  const random = new Random(7);
  const cases: number[] = [];
  for (let bits = 0; bits < 0x7fff; bits++) {
    const low = decode(bits);
    const high = decode(bits + 1);
    if (!Number.isFinite(low)) continue;
    // Between the largest number and infinity, the tie is half a step above the largest.
    const middle = Number.isFinite(high) ? (low + high) / 2 : low + (low - decode(bits - 1)) / 2;
    const tie = toBits(middle);
    for (const word of [toBits(low), tie, tie + 1, Math.max(0, tie - 1)]) cases.push(word, word + 2 ** 31);
  }
  for (let i = 0; i < 50_000; i++) cases.push(random.uint32());
  return Uint32Array.from(cases);
}

test('every float16 and bfloat16 has the value that it should have', async (t) => {
  const all = Uint32Array.from({ length: 65_536 }, (_, bits) => bits);
  const half = await convert(0, all);
  const bfloat16 = await convert(1, all);
  for (let bits = 0; bits < 65_536; bits++) {
    if (!Object.is(fromBits(half[bits]!), fromHalf(bits))) t.fail(`float16 ${bits}`);
    if (!Object.is(fromBits(bfloat16[bits]!), fromBfloat16(bits))) t.fail(`bfloat16 ${bits}`);
  }
  t.is(fromBits(half[0x3c00]!), 1);
  t.is(fromBits(bfloat16[0x3f80]!), 1);
});

test('float32 is rounded to the nearest float16 and bfloat16, ties to even', async (t) => {
  const formats = [
    { operation: 2, decode: fromHalf, encode: toHalf },
    { operation: 3, decode: fromBfloat16, encode: toBfloat16 },
  ];
  for (const { operation, decode, encode } of formats) {
    const cases = roundingCases(decode);
    const rounded = await convert(operation, cases);
    const wrong = cases.findIndex((word, i) => {
      const value = fromBits(word);
      return Number.isNaN(value) ? rounded[i] !== 0x7fff : rounded[i] !== encode(value);
    });
    t.is(wrong, -1, `${fromBits(cases[wrong] ?? 0)} becomes ${rounded[wrong] ?? 0}`);
  }
});

test('__hfma2 rounds once', async (t) => {
  const random = new Random(11);
  const count = 40_000;
  const words = (): Uint32Array => Uint32Array.from({ length: count }, () => finiteHalf(random));
  const [a, b, c] = [words(), words(), words()] as const;
  // Sums next to a tie: c is one, shifted by a product much smaller than its last bit.
  for (let i = 0; i < count / 4; i++) {
    a[i] = 0x0001 + (random.uint32() & 0x83ff);
    c[i] = 0x3c00 + (random.uint32() & 0x8fff);
  }
  const results = await convert(4, a, b, c);
  const wrong = results.findIndex((word, i) => (word & 0xffff) !== fmaToHalf(a[i]!, b[i]!, c[i]!));
  t.is(wrong, -1, `${a[wrong] ?? 0} * ${b[wrong] ?? 0} + ${c[wrong] ?? 0} gives ${results[wrong] ?? 0}`);
});

test('sums, differences and products of float16 are rounded once', async (t) => {
  const random = new Random(13);
  const words = (): Uint32Array => Uint32Array.from({ length: 20_000 }, () => finiteHalf(random));
  const [a, b] = [words(), words()] as const;
  const one = 0x3c00;
  const minusOne = 0xbc00;
  const minusZero = 0x8000;
  const operations = [
    { operation: 8, exact: (i: number) => fmaToHalf(b[i]!, one, a[i]!) },
    { operation: 9, exact: (i: number) => fmaToHalf(b[i]!, minusOne, a[i]!) },
    { operation: 10, exact: (i: number) => fmaToHalf(a[i]!, b[i]!, minusZero) },
  ];
  for (const { operation, exact } of operations) {
    const results = await convert(operation, a, b);
    const wrong = results.findIndex((word, i) => (word & 0xffff) !== exact(i));
    t.is(wrong, -1, `operation ${operation} of ${a[wrong] ?? 0} and ${b[wrong] ?? 0}`);
  }
});

function finiteHalf(random: Random): number {
  const bits = random.uint32() & 0xffff;
  return (bits & 0x7c00) === 0x7c00 ? bits ^ 0x4000 : bits;
}

test('byte permutation and dot products do what PTX says', async (t) => {
  const random = new Random(3);
  const words = (): Uint32Array => Uint32Array.from({ length: 500 }, () => random.uint32());
  const [a, b, c] = [words(), words(), words()] as const;
  const permuted = await convert(5, a, b, c);
  const signed = await convert(6, a, b, c);
  const shifted = await convert(7, a, b, c);
  const unsigned = await convert(11, a, b, c);
  const reversed = await convert(12, a);
  const counted = await convert(13, a, b);
  for (let i = 0; i < a.length; i++) {
    const [x, y, z] = [a[i]!, b[i]!, c[i]!];
    const bytes = [...wordBytes(x), ...wordBytes(y)];
    const pick = (nibble: number): number => {
      const byte = bytes[nibble & 7]!;
      return (nibble & 8) === 0 ? byte : byte > 127 ? 255 : 0;
    };
    const expected = [0, 4, 8, 12].map((at) => pick((z >>> at) & 15));
    t.deepEqual([...wordBytes(permuted[i]!)], expected);
    const [xs, ys] = [Int8Array.from(wordBytes(x)), Int8Array.from(wordBytes(y))];
    t.is(signed[i], (xs.reduce((sum, value, j) => sum + value * ys[j]!, z) | 0) >>> 0);
    t.is(unsigned[i], wordBytes(x).reduce((sum, value, j) => sum + value * wordBytes(y)[j]!, z) >>> 0);
    const bits = Array.from({ length: 32 }, (_, bit) => (x >>> bit) & 1);
    t.is(
      reversed[i],
      bits.reduce((word, bit) => 2 * word + bit, 0),
    );
    const low = (x << (y % 32)) >>> 0;
    const ones = bits.filter((bit) => bit === 1).length;
    const first = low === 0 ? 0 : 32 - Math.clz32(low & -low);
    t.is(counted[i], ones + 100 * Math.clz32(x >>> (y % 32)) + 10_000 * first);
    t.is(BigInt(shifted[i]!), (((BigInt(y) << 32n) | BigInt(x)) >> BigInt(z & 31)) & 0xffffffffn);
  }
});

function wordBytes(word: number): Uint8Array {
  return Uint8Array.of(word, word >>> 8, word >>> 16, word >>> 24);
}
