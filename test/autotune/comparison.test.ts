import test from 'ava';
import { compareSamples, isSettled } from '../../autotune/comparison.js';
import { noisySamples } from './samples.js';

test('a clear difference is seen both ways', (t) => {
  const fast = noisySamples(10, 31, 0.01, 1);
  const slow = noisySamples(11, 31, 0.01, 2);
  const forward = compareSamples(fast, slow);
  t.is(forward.verdict, 'faster');
  t.true(Math.abs(forward.ratio - 10 / 11) < 0.01);
  t.true(forward.interval[0] < forward.ratio && forward.ratio < forward.interval[1]);
  t.is(compareSamples(slow, fast).verdict, 'slower');
});

test('samples compared with themselves tie', (t) => {
  const samples = noisySamples(10, 31, 0.03, 3);
  t.is(compareSamples(samples, samples).verdict, 'tie');
  t.is(compareSamples(samples, samples, { paired: true }).verdict, 'tie');
});

test('equal variants are rarely told apart', (t) => {
  let told = 0;
  for (let seed = 0; seed < 100; seed++) {
    const a = noisySamples(10, 31, 0.03, 2 * seed + 1);
    const b = noisySamples(10, 31, 0.03, 2 * seed + 2);
    if (compareSamples(a, b, { resamples: 300 }).verdict !== 'tie') told += 1;
  }
  t.true(told <= 12, `${told} of 100`);
});

test('a significant difference below the equivalence is a tie', (t) => {
  const a = noisySamples(10, 31, 0.0002, 1);
  const b = noisySamples(10.03, 31, 0.0002, 2);
  t.is(compareSamples(a, b).verdict, 'tie');
  t.is(compareSamples(a, b, { equivalence: 0.001 }).verdict, 'faster');
});

test('pairing sees through drift that hits both', (t) => {
  const drift = Array.from({ length: 31 }, (_, i) => 1 + 0.01 * i);
  const a = noisySamples(10, 31, 0.001, 1).map((us, i) => us * drift[i]!);
  const b = noisySamples(10.2, 31, 0.001, 2).map((us, i) => us * drift[i]!);
  t.is(compareSamples(a, b).verdict, 'tie');
  t.is(compareSamples(a, b, { paired: true }).verdict, 'faster');
});

test('pairing needs equal counts', (t) => {
  t.throws(() => compareSamples([1, 2], [1], { paired: true }), {
    instanceOf: RangeError,
    message: /received 2 and 1/,
  });
});

test('isSettled: separated or surely equivalent, not in between', (t) => {
  const best = noisySamples(10, 31, 0.002, 1);
  t.true(isSettled([best]));
  t.true(isSettled([noisySamples(11, 31, 0.002, 2), best]));
  t.true(isSettled([best, noisySamples(10.005, 31, 0.002, 3)]));
  t.false(isSettled([noisySamples(10, 9, 0.05, 4), noisySamples(10.1, 9, 0.05, 5)]));
});
