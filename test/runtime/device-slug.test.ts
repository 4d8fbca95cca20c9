import test from 'ava';
import { deviceSlug } from '../../runtime/index.js';

test('a device name becomes a folder name', (t) => {
  t.is(deviceSlug('NVIDIA H200'), 'nvidia-h200');
  t.is(deviceSlug('Intel(R) Xeon(R) Gold 6430 CPU @ 2.10GHz'), 'intel-xeon-gold-6430-cpu-2.10ghz');
  t.is(deviceSlug('../etc'), 'etc');
  t.throws(() => deviceSlug('...'), { instanceOf: RangeError });
});
