import test from 'ava';
import { achieved } from '../../autotune/roofline.js';

test('bytes per second, and their share of the measured bandwidth', (t) => {
  const { gbPerSecond, rooflineFraction } = achieved(2e6, 10, 400e9);
  t.true(Math.abs(gbPerSecond - 200) < 1e-9);
  t.true(Math.abs(rooflineFraction - 0.5) < 1e-12);
});
