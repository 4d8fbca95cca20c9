/** The SIMT machine itself: its arithmetic against independent implementations, and that it finds planted mistakes. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fromBfloat16, fromHalf, Random, toBfloat16, toHalf } from '../../../runtime/index.js';

import type { SimtArgument, SimtCase } from '../../simt/case-file.js';
import { runLibrary } from '../../simt/run-simt.js';
import { SimtError } from '../../simt/simt-error.js';
import { compileForSimt } from '../../simt/toolchain.js';
import { fmaToHalf } from '../../simt/exact-half.js';
import { conversionKernel, mistakeKernel, mistakes, warpKernel } from '../../simt/shim-kernels.js';

let directory = '';
let conversions = '';
let warps = '';
let mistaken = '';

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gqs-simt-shim-'));
  conversions = await compileForSimt(conversionKernel, 'convert', directory);
  warps = await compileForSimt(warpKernel, 'warp', directory);
  mistaken = await compileForSimt(mistakeKernel, 'mistake', directory);
});

test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

function bytesOf(array: Uint16Array | Uint32Array | Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function input(name: string, array: Uint16Array | Uint32Array | Int32Array | Float32Array): SimtArgument {
  return { kind: 'buffer', name, access: 'read', alignment: 4, data: bytesOf(array) };
}

function output(name: string, bytes: number, access: 'output' | 'persistent' = 'output'): SimtArgument {
  const data = new Uint8Array(bytes).fill(access === 'output' ? 0xee : 0);
  return { kind: 'buffer', name, access, alignment: 4, data };
}

function scalar(value: number): SimtArgument {
  return { kind: 'scalar', value };
}

function launch(args: readonly SimtArgument[], changes: Partial<SimtCase> = {}): SimtCase {
  return { grid: 1, threads: 64, sharedBytes: 256, seed: 1, resident: 1, launches: 1, args, ...changes };
}

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
    t.is(BigInt(shifted[i]!), (((BigInt(y) << 32n) | BigInt(x)) >> BigInt(z & 31)) & 0xffffffffn);
  }
});

function wordBytes(word: number): Uint8Array {
  return Uint8Array.of(word, word >>> 8, word >>> 16, word >>> 24);
}

test('shuffles, votes and reductions, whatever the order of the threads', async (t) => {
  const random = new Random(5);
  const values = Int32Array.from({ length: 64 }, () => random.uint32() | 0);
  const cases = [0, 1, 2, 3].map((seed) => launch([input('x', values), output('y', 64 * 8 * 4)], { seed }));
  const results = await runLibrary(warps, cases);
  for (const [result] of results) {
    const y = new Int32Array(result!.get('y')!.buffer);
    for (let thread = 0; thread < 64; thread++) {
      const first = thread - (thread % 32);
      const lane = thread % 32;
      const warp = [...values.subarray(first, first + 32)];
      const half = lane < 16 ? warp.slice(0, 16) : warp.slice(16);
      const ballot = half.reduce((bits, value, i) => (value < 0 ? bits | (1 << (i + (lane & 16))) : bits), 0);
      const expected = [
        warp[lane ^ 5],
        warp[lane + 3 < 32 ? lane + 3 : lane],
        warp[lane % 8 >= 2 ? lane - 2 : lane],
        warp[(lane & 16) + 9],
        ballot,
        half.reduce((sum, value) => (sum + value) | 0, 0),
        warp.some((value) => value === warp[0]) ? 1 : 0,
        warp.every((value) => value > 0) ? 1 : 0,
      ];
      t.deepEqual([...y.subarray(thread * 8, thread * 8 + 8)], expected as number[]);
    }
  }
});

/** Runs one of the planted mistakes on 64 threads; y and counter have 64 words. */
async function runMistake(
  mistake: keyof typeof mistakes,
  changes: Partial<SimtCase> = {},
): Promise<Uint32Array> {
  const x = Uint32Array.from({ length: 64 }, (_, i) => i);
  const args = [
    scalar(mistakes[mistake]),
    input('x', x),
    output('y', 256),
    output('counter', 256, 'persistent'),
    scalar(64),
  ];
  const results = await runLibrary(mistaken, [launch(args, changes)]);
  const name = mistake.startsWith('count') ? 'counter' : 'y';
  return new Uint32Array(results[0]![0]!.get(name)!.buffer);
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

test('a missing barrier that goes unnoticed in thread order shows in a random one', async (t) => {
  const expected = Uint32Array.from({ length: 64 }, (_, i) => (i === 0 ? 0 : i - 1));
  t.deepEqual(await runMistake('missingBarrier', { seed: 0 }), expected);
  t.notDeepEqual(await runMistake('missingBarrier'), expected);
  for (const seed of [0, ...seeds]) t.deepEqual(await runMistake('barrier', { seed }), expected);
});

test('blocks take turns: a lost update between them shows, atomics and shared memory hold', async (t) => {
  const grid = { grid: 6, resident: 3 };
  const lost: number[] = [];
  for (const seed of seeds) {
    lost.push((await runMistake('countWithoutAtomic', { ...grid, seed }))[0]!);
    t.is((await runMistake('countAtomically', { ...grid, seed }))[0], 6 * 64);
    t.true((await runMistake('sharedPerBlock', { ...grid, seed })).every((value) => value === 1));
  }
  t.true(
    lost.some((count) => count < 6 * 64),
    lost.join(' '),
  );
});

test('a block can wait for another one that is resident', async (t) => {
  for (const seed of seeds) {
    const y = await runMistake('waitForOtherBlock', { grid: 2, resident: 2, seed });
    t.is(y[0], 42);
  }
});

const reports: readonly { mistake: keyof typeof mistakes; message: RegExp }[] = [
  { mistake: 'divergentShuffle', message: /lane \d+ has exited|a shuffle with mask ffffffff/ },
  { mistake: 'divergentBarrier', message: /no thread can go on:[^]*warp 0: lanes \w+ wait at barrier 0/ },
  { mistake: 'twoOperations', message: /lanes \w+ wait in __ballot_sync[^]*lanes \w+ wait in a shuffle/ },
  { mistake: 'maskWithoutCaller', message: /leaves out the calling lane/ },
  {
    mistake: 'writeBehind',
    message: /thread 63: access out of bounds at byte 256 of buffer 'y' \(256 bytes\)/,
  },
  { mistake: 'writeBefore', message: /access out of bounds at byte -\d+ of buffer 'y'/ },
  { mistake: 'readBehind', message: /access out of bounds at byte 256 of buffer 'x'/ },
  { mistake: 'writeInput', message: /write to read-only memory at byte 12 of buffer 'x'/ },
  { mistake: 'sharedBehind', message: /access out of bounds at byte 256 of buffer 'shared memory'/ },
  { mistake: 'misaligned', message: /undefined behaviour: a misaligned address/ },
  { mistake: 'endlessRecursion', message: /buffer 'stack of a thread'/ },
];

for (const { mistake, message } of reports) {
  test(`the machine reports ${mistake}`, async (t) => {
    const error = await t.throwsAsync(runMistake(mistake), { instanceOf: SimtError, message });
    t.is(error.step, 'run');
    t.regex(error.message, /case 0, launch 0/);
  });
}

test('reads in front of a buffer are found by the second launch', async (t) => {
  await t.throwsAsync(runMistake('readBefore', { launches: 2 }), {
    message: /launch 1, block 0, thread 0: access out of bounds at byte -4 of buffer 'x'/,
  });
});

test('arguments that do not fit the signature are refused', async (t) => {
  const number = scalar(0);
  await t.throwsAsync(runLibrary(mistaken, [launch([number])]), { message: /takes more than 1 arguments/ });
  await t.throwsAsync(runLibrary(mistaken, [launch([number, number])]), {
    message: /argument 1 takes 4 bytes, the kernel's parameter 8/,
  });
});

test('source that does not compile is an error with the compiler’s words', async (t) => {
  const error = await t.throwsAsync(compileForSimt('__global__ void f() { nonsense; }', 'f', directory), {
    instanceOf: SimtError,
    message: /nonsense/,
  });
  t.is(error.step, 'compile');
});
