/** The page and the file of a profile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { profilePage } from '../../../autotune/profile/profile-page.js';
import { profileSchema } from '../../../autotune/profile/profile-file.js';
import { saveProfile } from '../../../autotune/profile/save-profile.js';
import { scratchDirectory } from '../../support/paths.js';
import { profiled, profileOf } from './profile-fixture.js';

test('a row and a paragraph per winner, with every number of the counters', (t) => {
  const page = profilePage(profileOf());
  t.regex(page, /^# Hardware counters of the winners on A \\\| GPU$/m);
  const row =
    '| W4 G16 · f16 x · m = 1 · 4096 × 4096 · density 0.5 | 3.50 | 6.75 | 1900 | 45 % | 100 % | 27 % | 1.50 | 15.0 | 10 % | 44 % | 89 | 2 (registers) | long_scoreboard (75 %) | latency and ramp |';
  t.true(page.includes(row), page);
  t.regex(page, /^### 4096 × 4096\n\nOf 1 winner, bound by: latency and ramp 1\.\n- `gemv-4096x4096/m);
  t.notRegex(page, /NaN|undefined|Infinity|templates have changed|Not profiled|Not known/i);
});

test('what was not counted is a dash', (t) => {
  const page = profilePage(profileOf({ winners: [{ ...profiled, counters: {}, stalls: {} }] }));
  t.regex(page, /\| 3\.50 \| - \| 1900 \| 45 % \|(?: - \|){9} latency and ramp \|/);
  t.notRegex(page, /NaN|undefined/);
});

test('kernels generated again, other devices, failures and unknown metrics are told of', (t) => {
  const page = profilePage(
    profileOf({
      winners: [{ ...profiled, hash: '87654321' }],
      timedOn: 'B GPU',
      failures: [{ problem: { ...profiled.problem, m: 16 }, reason: 'ncu <gave> nothing' }],
      unknownMetrics: ['sm__no_such.sum'],
    }),
  );
  t.regex(page, /Templates have changed since 1 of the 1 winners were timed; .*`gemv-4096x4096-m1-/);
  t.regex(page, /over rotated weights, on B GPU, whose SMs are the same\./);
  t.regex(page, /## Not profiled\n\n- `gemv-4096x4096-m16-[^`]*`: ncu &lt;gave&gt; nothing/);
  t.regex(page, /Not known to this profiler on this device: `sm__no_such\.sum`\./);
});

test('without winners there is no table', (t) => {
  const page = profilePage(
    profileOf({ winners: [], failures: [{ problem: profiled.problem, reason: 'no' }] }),
  );
  t.notRegex(page, /What bounds them|^\|/m);
  t.regex(page, /## Not profiled/);
});

test('what is written can be read back, with units, and is the same again', async (t) => {
  const out = join(scratchDirectory(t), 'new');
  const precise = { ...profiled, stalls: { wait: 1 / 3 } };
  const paths = await saveProfile(out, profileOf({ winners: [precise] }));
  const texts = paths.map((path) => readFileSync(path, 'utf8'));
  const read = profileSchema.parse(JSON.parse(texts[0]!));
  t.deepEqual(read.winners, [{ ...profiled, stalls: { wait: 0.333333 } }]);
  t.deepEqual(read.metrics.durationNs, { metric: 'gpu__time_duration.sum', unit: 'ns' });
  await saveProfile(out, read);
  t.deepEqual(
    paths.map((path) => readFileSync(path, 'utf8')),
    texts,
  );
});
