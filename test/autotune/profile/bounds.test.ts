/** What bounds a kernel. */
import test from 'ava';
import {
  boundOf,
  occupancyLimit,
  topStall,
  useOf,
  wavefrontsPerLoad,
} from '../../../autotune/profile/bounds.js';
import { boundName, boundText, shapeText } from '../../../autotune/profile/bound-text.js';
import { profiled } from './profile-fixture.js';

/** `issue` and `shared`: share of the time in graphs. */
function bound(memory: number, issue?: number, shared?: number): string {
  const counters = {
    ...(issue === undefined ? {} : { instructions: issue * 4 * 700_000 }),
    ...(shared === undefined ? {} : { dataWavefronts: shared * 700_000 }),
  };
  return boundName(boundOf({ ...profiled, rooflineFraction: memory, counters }));
}

test('the use of a unit is its work over what it could do in the time that graphs take', (t) => {
  t.deepEqual(useOf(profiled), { memory: 0.45, issue: 0.5, 'shared memory': 0.55 });
});

test('where the clock is not known, shares of the cycles under ncu take its place', (t) => {
  t.deepEqual(useOf({ ...profiled, smMhz: null }), {
    memory: 0.45,
    issue: 0.2669,
    'shared memory': 0.3,
  });
  t.deepEqual(useOf({ ...profiled, counters: {} }), { memory: 0.45 });
});

test('without all passes, those of shared memory count', (t) => {
  const counters = { sharedWavefronts: 245_760 };
  t.is(useOf({ ...profiled, counters })['shared memory'], 245_760 / 700_000);
});

test('the unit in use the longest bounds a kernel, from 80 % of the time on', (t) => {
  t.is(bound(0.8, 0.79, 0.79), 'memory bandwidth');
  t.is(bound(0.81, 0.95, 0.2), 'instruction issue');
  t.is(bound(0.81, 0.85, 0.9), 'shared memory');
});

test('from 60 % on a kernel is near that limit, and below bound by latency', (t) => {
  t.is(bound(0.6, 0.59, 0.1), 'near memory bandwidth');
  t.is(bound(0.3, 0.79, 0.1), 'near instruction issue');
  t.is(bound(0.59, 0.59, 0.59), 'latency and ramp');
  t.is(bound(0.59), 'latency and ramp');
});

test('the top stall is a wait, and its share is that of all waits', (t) => {
  t.deepEqual(topStall(profiled), { reason: 'long_scoreboard', share: 0.75 });
  t.is(topStall({ ...profiled, stalls: {} }), undefined);
  t.is(topStall({ ...profiled, stalls: { wait: 0, selected: 1 } }), undefined);
});

test('passes per load, and what limits occupancy, are told where they were counted', (t) => {
  t.is(wavefrontsPerLoad(profiled), 1.5);
  t.is(wavefrontsPerLoad({ ...profiled, counters: { sharedLoads: 0, sharedLoadWavefronts: 0 } }), undefined);
  t.deepEqual(occupancyLimit(profiled), { by: 'registers', ctas: 2 });
  t.is(occupancyLimit({ ...profiled, counters: {} }), undefined);
});

test('the text names the numbers it is told from', (t) => {
  const text = boundText(profiled);
  t.regex(text, /^Bound by latency and the ramp of a launch/);
  t.regex(
    text,
    /1900 GB\/s, 45 % of the measured bandwidth: 3\.50 µs, of which the bytes alone take 1\.57\./,
  );
  t.regex(
    text,
    /Instructions fill 50 % of the issue slots, .* in 55 % of the cycles, .* takes 1\.50 passes\./,
  );
  t.regex(text, /wait most for global memory \(75 % of all waiting\)\.$/);
});

test('nothing is said of what was not counted', (t) => {
  t.regex(boundText({ ...profiled, counters: {}, stalls: {} }), /the bytes alone take 1\.57\.$/);
});

test('a shape has one paragraph: how many winners are bound by what, and each of them', (t) => {
  const fast = { ...profiled, rooflineFraction: 0.9, problem: { ...profiled.problem, density: 1 } };
  const [head, ...lines] = shapeText([profiled, fast, profiled]).split('\n');
  t.is(head, 'Of 3 winners, bound by: latency and ramp 2, memory bandwidth 1.');
  t.is(lines.length, 3);
  t.regex(lines[1]!, /^- `gemv-4096x4096-m1-w4g16-d1-f16`: Bound by memory bandwidth\./);
});
