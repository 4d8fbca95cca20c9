import test from 'ava';
import { generate, knownArchitectures } from '../../generator/index.js';
import { screenReason } from '../../autotune/screen.js';
import { rowSplit, traits } from '../generator/cuda/cuda-samples.js';
import { everyIsa, traits as cpuTraits, variant as cpuVariant } from '../generator/cpu/samples.js';

const target = knownArchitectures['sm_90']!;
const shape = { n: 4096, k: 4096, groups: 524_288 };
const fitting = { registers: 40, spillStoreBytes: 0, spillLoadBytes: 0, staticSharedBytes: 0, stackBytes: 0 };
const { manifest } = generate(traits, rowSplit, 'sm_90');
const screened = (given: Partial<typeof fitting>) =>
  screenReason(manifest, { ...fitting, ...given }, shape, target);

test('a kernel that fits passes, and so does one of which nothing is known', (t) => {
  t.is(screened({}), undefined);
  t.is(screenReason(manifest, undefined, shape, target), undefined);
});

test('more than a few spilled registers', (t) => {
  t.is(screened({ spillStoreBytes: 12, spillLoadBytes: 20 }), undefined);
  t.regex(screened({ spillStoreBytes: 36 })!, /registers spill: 36 bytes stored and 0 loaded/);
  t.regex(
    screened({ spillStoreBytes: 16, spillLoadBytes: 20 })!,
    /registers spill: 16 bytes stored and 20 loaded/,
  );
});

test('more shared memory than a CTA may have', (t) => {
  t.regex(
    screened({ staticSharedBytes: target.sharedPerCta + 1 })!,
    /bytes of shared memory of at most 232448/,
  );
});

test('fewer CTAs per SM than it is made for: two of 512 threads need 64 registers or fewer', (t) => {
  t.is(rowSplit.ctasPerSm, 2);
  t.is(screened({ registers: 64 }), undefined);
  t.regex(screened({ registers: 65 })!, /registers for 1 CTAs per SM instead of the 2/);
});

test('CPU kernels have no such resources', (t) => {
  const { manifest: cpu } = generate(cpuTraits, cpuVariant, cpuVariant.isa);
  t.is(screenReason(cpu, { ...fitting, spillLoadBytes: 800 }, shape, everyIsa), undefined);
});
