import test from 'ava';
import {
  compareProblems,
  gigabytes,
  microseconds,
  percent,
  ratio,
  rounded,
  seriesLabel,
} from '../../../autotune/report/labels.js';
import { someProblem } from './report-fixture.js';

test('numbers have three significant digits and never an exponent', (t) => {
  t.deepEqual([3.6512, 12.249, 122.49, 1224.9, 0.012345].map(microseconds), [
    '3.65',
    '12.2',
    '122',
    '1225',
    '0.0123',
  ]);
  t.deepEqual([3.127, 0.98765, 12.34].map(ratio), ['3.13×', '0.988×', '12.3×']);
  t.deepEqual([4123.4, 18.04, 0].map(gigabytes), ['4123', '18.0', '0']);
  t.is(percent(0.784), '78 %');
  t.is(rounded(1 / 3), 0.3333);
});

test('a series says more only where problems differ from the usual', (t) => {
  t.is(seriesLabel(someProblem), 'W4 G16 · f16 x · m = 1');
  t.is(seriesLabel({ ...someProblem, groupsPerScale: 2 }), 'W4 G16, scale per 2 groups · f16 x · m = 1');
  t.is(
    seriesLabel({ ...someProblem, epilogue: 'bias_residual' }),
    'W4 G16 · f16 x · m = 1 · bias + residual',
  );
});

test('problems are ordered by format, then largest shape, then density, whatever order they come in', (t) => {
  const sorted = [
    { ...someProblem, density: 0.5 },
    { ...someProblem, density: 1 },
    { ...someProblem, n: 2048 },
    { ...someProblem, activation: 'i8' as const },
    { ...someProblem, bits: 8 as const },
  ];
  const shuffled = [4, 2, 0, 3, 1].map((index) => sorted[index]!);
  t.deepEqual(shuffled.sort(compareProblems), sorted);
});
