import test from 'ava';
import { spreadBins, spreadLimit, spreadOf } from '../../../autotune/report/spread.js';
import { seededRandom } from '../../support/random.js';

test('each time is counted once, in the bin that contains it', (t) => {
  const random = seededRandom(7);
  const times = Array.from({ length: 300 }, () => 1 + random.next() ** 3 * 12);
  const bins = spreadOf(times);
  t.is(bins.length, spreadBins);
  const last = bins[bins.length - 1]!;
  for (const { low, high, share } of bins) {
    const inside = times.filter((time) => time >= low && (time < high || low === last.low)).length;
    t.true(Math.abs(share - inside / times.length) < 1e-12);
  }
  t.true(Math.abs(bins.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
});

test('bins join without gaps from the best time to the limit, and the last takes all that is slower', (t) => {
  const bins = spreadOf([1, spreadLimit, 1000]);
  t.is(bins[0]!.low, 1);
  for (let i = 1; i < bins.length; i++) t.is(bins[i]!.low, bins[i - 1]!.high);
  t.is(bins[bins.length - 1]!.low, spreadLimit);
  t.is(bins[bins.length - 1]!.share, 2 / 3);
});
