/** The SIMT machine's threads: warp operations, barriers and atomics, and that it finds planted mistakes. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Random } from '../../../runtime/index.js';
import type { SimtCase } from '../../simt/case-file.js';
import { runLibrary } from '../../simt/run-simt.js';
import { mistakeKernel, mistakes, warpKernel } from '../../simt/shim-kernels.js';
import { SimtError } from '../../simt/simt-error.js';
import { compileForSimt } from '../../simt/toolchain.js';
import { input, launch, output, scalar } from './shim-launch.js';

let directory = '';
let warps = '';
let mistaken = '';

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gqs-simt-machine-'));
  warps = await compileForSimt(warpKernel, 'warp', directory);
  mistaken = await compileForSimt(mistakeKernel, 'mistake', directory);
});

test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

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

test('atomics count, compare and exchange', async (t) => {
  for (const seed of seeds) {
    const counter = await runMistake('countInManyWays', { seed });
    t.deepEqual(
      [...counter.subarray(0, 4)],
      [64 % 10, 128, new Uint32Array(Float32Array.of(32).buffer)[0], 5],
    );
  }
});

test('a barrier for a part of a block', async (t) => {
  for (const seed of seeds) {
    const y = await runMistake('namedBarrier', { seed });
    t.deepEqual(
      [...y.subarray(0, 32)],
      Array.from({ length: 32 }, (_, i) => 31 - i),
    );
  }
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
  { mistake: 'mixedBarrier', message: /barrier 1 for \d+ threads, where others wait for \d+/ },
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
