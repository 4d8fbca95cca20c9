/** What bounds a kernel, and the page that says so. */
import test from 'ava';
import { boundOf, boundText, topStall } from '../../../autotune/profile/bounds.js';
import type { Profiled, ProfileFile } from '../../../autotune/profile/profile-file.js';
import { profilePage } from '../../../autotune/profile/profile-page.js';
import { rowPermuted } from '../../generator/cuda/cuda-samples.js';

const profiled: Profiled = {
  problem: {
    ...{ op: 'gemv', n: 4096, k: 4096, m: 1, bits: 4, groupSize: 16, density: 0.5 },
    ...{ activation: 'f16', output: 'f16', epilogue: 'none' },
  },
  variant: rowPermuted,
  hash: '12345678',
  medianUs: 3.5,
  gbPerSecond: 1900,
  rooflineFraction: 0.63,
  counters: { issuePercent: 40, dataPipePercent: 55, sharedWavefronts: 245_760, sharedConflicts: 24_576 },
  stalls: { long_scoreboard: 6, short_scoreboard: 2, not_selected: 9 },
};

function bound(rooflineFraction: number, issuePercent?: number, dataPipePercent?: number): string {
  const counters = {
    ...(issuePercent === undefined ? {} : { issuePercent }),
    ...(dataPipePercent === undefined ? {} : { dataPipePercent }),
  };
  return boundOf({ ...profiled, rooflineFraction, counters });
}

test('memory comes first, then the busier unit, then latency', (t) => {
  t.is(bound(0.85, 99, 99), 'memory');
  t.is(bound(0.84, 70, 69), 'issue');
  t.is(bound(0.84, 80, 81), 'data pipe');
  t.is(bound(0.5, 69, 69), 'latency');
  t.is(bound(0.5), 'latency');
});

test('the top stall is a wait, and its share is that of all waits', (t) => {
  t.deepEqual(topStall(profiled), { reason: 'long_scoreboard', share: 0.75 });
  t.is(topStall({ ...profiled, stalls: {} }), undefined);
  t.is(topStall({ ...profiled, stalls: { wait: 0 } }), undefined);
});

test('the paragraph names the numbers it is told from', (t) => {
  const text = boundText(profiled);
  t.regex(text, /^Bound by latency/);
  t.regex(text, /1900 GB\/s, 63 % of the measured bandwidth, in 3\.50 µs/);
  t.regex(text, /issue in 40 % .* busy 55 %/);
  t.regex(text, /wait most for global memory \(75 % of all waiting\)/);
  t.regex(boundText({ ...profiled, counters: {}, stalls: {} }), /no unit was counted\.$/);
});

const file: ProfileFile = {
  schemaVersion: 1,
  device: 'A | GPU',
  driver: '1.2',
  profiler: 'Nsight Compute 2025.3',
  commit: null,
  command: 'npm run profile',
  timestamp: '2026-01-01T00:00:00.000Z',
  winners: [profiled],
  failures: [{ problem: { ...profiled.problem, m: 16 }, reason: 'ncu <gave> nothing' }],
};

test('the page has a row and a paragraph per winner, and what was not profiled', (t) => {
  const page = profilePage(file);
  t.regex(page, /^# Hardware counters of the winners on A \\\| GPU$/m);
  // 245,760 wavefronts for 524,288 groups.
  t.regex(
    page,
    /^\| gemv-4096x4096-m1-w4g16-d0\.5-f16 \| 3\.50 \| 1900 \| 63 % \| 40 % \| 55 % \| 15\.0 \| 10 % \| - \| - \| long_scoreboard \(75 %\) \|$/m,
  );
  t.regex(page, /^\*\*gemv-4096x4096-m1-w4g16-d0\.5-f16\*\* \(`row_permuted-.*`\)\. Bound by latency/m);
  t.regex(page, /## Not profiled\n\n- gemv-4096x4096-m16-.*: ncu \S*gave\S* nothing/);
});
