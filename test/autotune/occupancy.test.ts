import test from 'ava';
import { knownArchitectures } from '../../generator/index.js';
import { occupancy } from '../../autotune/occupancy.js';

/** Expected values follow from the rules of NVIDIA's occupancy calculator (cuda_occupancy.h), worked out by hand. */
const cases: [
  arch: string,
  threads: number,
  registers: number,
  shared: number,
  ctas: number,
  limit: string,
][] = [
  // 32 registers x 32 = 4 portions of 256: 16 warps per quarter, 64 in all.
  ['sm_80', 256, 32, 0, 8, 'threads'],
  // 40 x 32 = 1280: 12 warps per quarter, 48 in all, not floor(65536 / 1280) = 51.
  ['sm_80', 256, 40, 0, 6, 'registers'],
  ['sm_80', 160, 40, 0, 9, 'registers'],
  // 33 x 32 = 1056 rounds up to 1280.
  ['sm_80', 128, 33, 0, 12, 'registers'],
  // 40 KiB and the reserved KiB are 41 of 164.
  ['sm_80', 128, 32, 40 << 10, 4, 'shared memory'],
  ['sm_80', 32, 16, 0, 32, 'CTAs'],
  ['sm_86', 64, 16, 0, 16, 'CTAs'],
  ['sm_86', 512, 40, 0, 3, 'threads'],
  // 25 of 100 KiB; one byte more rounds up to 25 KiB and 128 bytes.
  ['sm_86', 128, 32, 24 << 10, 4, 'shared memory'],
  ['sm_86', 128, 32, (24 << 10) + 1, 3, 'shared memory'],
  ['sm_90', 1024, 32, 0, 2, 'threads'],
  ['sm_90', 1024, 64, 0, 1, 'registers'],
  ['sm_90', 512, 64, 0, 2, 'registers'],
  ['sm_90', 128, 32, 56 << 10, 4, 'shared memory'],
  ['sm_90', 128, 255, 0, 2, 'registers'],
];

for (const [arch, threads, registers, shared, ctas, limit] of cases) {
  test(`${arch}: ${threads} threads, ${registers} registers, ${shared} bytes`, (t) => {
    const target = knownArchitectures[arch]!;
    const found = occupancy({ threads }, { registers, staticSharedBytes: 0 }, shared, target);
    t.is(found.ctasPerSm, ctas);
    t.is(found.limit, limit as typeof found.limit);
    t.is(found.fraction, (ctas * threads) / target.threadsPerSm);
  });
}

test('static and dynamic shared memory add up', (t) => {
  const { ctasPerSm } = occupancy(
    { threads: 128 },
    { registers: 32, staticSharedBytes: 16 << 10 },
    40 << 10,
    knownArchitectures['sm_90']!,
  );
  t.is(ctasPerSm, 4);
});
