import test from 'ava';
import { gateByClock } from '../../autotune/clock-gate.js';
import { medianInterval, summarise } from '../../autotune/statistics.js';
import { noisySamples } from './samples.js';

test('summarise: values worked out by hand', (t) => {
  const summary = summarise([9, 1, 3, 2, 4]);
  t.is(summary.count, 5);
  t.is(summary.median, 3);
  // Distances from 3: 6, 2, 0, 1, 1; their median is 1.
  t.is(summary.mad, 1);
  // Four tenths of the way from the first to the second, six tenths from the fourth to the fifth.
  t.is(summary.p10, 1.4);
  t.is(summary.p90, 7);
  t.true(summary.interval[0] >= 1 && summary.interval[1] <= 9);
});

test('an interval of constant samples is a point', (t) => {
  t.deepEqual(medianInterval([5, 5, 5]), [5, 5]);
});

test('the same samples and seed give the same interval', (t) => {
  const samples = noisySamples(10, 31, 0.02, 5);
  t.deepEqual(medianInterval(samples, { seed: 3 }), medianInterval(samples, { seed: 3 }));
});

test('the interval covers the true median about as often as it says', (t) => {
  let covered = 0;
  for (let seed = 0; seed < 200; seed++) {
    const [low, high] = medianInterval(noisySamples(10, 31, 0.05, seed + 1), { seed, resamples: 300 });
    if (low <= 10 && 10 <= high) covered += 1;
  }
  // The percentile interval of a median covers 92 to 98 % at this size; 180 of 200 is far below by chance.
  t.true(covered >= 180 && covered < 200, String(covered));
});

test('a wider confidence gives a wider interval', (t) => {
  const samples = noisySamples(10, 31, 0.05, 9);
  const width = (confidence: number) => {
    const [low, high] = medianInterval(samples, { confidence });
    return high - low;
  };
  t.true(width(0.99) > width(0.5));
});

test('samples that are no numbers are refused', (t) => {
  t.throws(() => summarise([]), { instanceOf: RangeError, message: /at least one sample/ });
  t.throws(() => summarise([1, NaN]), { instanceOf: RangeError, message: /received NaN/ });
  t.throws(() => medianInterval([1, Infinity]), { instanceOf: RangeError, message: /received Infinity/ });
  t.throws(() => medianInterval([1, 2], { confidence: 95 }), { message: /between 0 and 1 but received 95/ });
});

test('the clock gate discards samples below three quarters of the median clock', (t) => {
  const samples = [
    { us: 10, smMhz: 1980 },
    { us: 10, smMhz: 1980 },
    { us: 10, smMhz: 1485 },
    { us: 14, smMhz: 1484 },
    { us: 11 },
  ];
  const gated = gateByClock(samples);
  // The median of 1980, 1980, 1485, 1484 is 1732.5; three quarters of it 1299: all stay.
  t.is(gated.medianMhz, 1732.5);
  t.is(gated.discarded, 0);
  const throttled = gateByClock([...samples.slice(0, 2), ...samples.slice(0, 2), { us: 20, smMhz: 1484 }]);
  t.is(throttled.discarded, 1);
  t.true(throttled.kept.every(({ us }) => us === 10));
});

test('without clocks every sample stays', (t) => {
  const gated = gateByClock([{ us: 1 }, { us: 2 }]);
  t.is(gated.kept.length, 2);
  t.is(gated.medianMhz, undefined);
});
