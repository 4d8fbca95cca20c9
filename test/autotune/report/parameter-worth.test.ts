import test from 'ava';
import { parameterWorth } from '../../../autotune/report/parameter-worth.js';
import { reportedProblem } from './report-fixture.js';

const trial = (medianUs: number, configuration: Record<string, string | number | boolean>) => ({
  name: JSON.stringify(configuration),
  configuration,
  medianUs,
});

test('times are compared within each problem, and averaged geometrically over problems', (t) => {
  const worth = parameterWorth([
    reportedProblem({
      trials: [
        trial(10, { warps: 4 }),
        trial(20, { warps: 8 }),
        trial(40, { warps: 8 }),
        trial(50, { warps: 8 }),
      ],
    }),
    reportedProblem({ trials: [trial(100, { warps: 8 }), trial(400, { warps: 4 })] }),
  ]);
  t.is(worth.length, 1);
  const [four, eight] = worth[0]!.values;
  // warps 4: one trial per problem, 10/10 and 400/100, so best and median are sqrt(1 * 4).
  t.deepEqual(
    { ...four, best: Math.round(four!.best * 1e9) / 1e9, median: Math.round(four!.median * 1e9) / 1e9 },
    {
      parameter: 'warps',
      value: '4',
      best: 2,
      median: 2,
      trials: 2,
      problems: 2,
    },
  );
  // warps 8: best 20/10 and 100/100, so sqrt(2); medians 40/10 and 100/100.
  t.true(Math.abs(eight!.best - Math.SQRT2) < 1e-12);
  t.true(Math.abs(eight!.median - 2) < 1e-12);
  t.is(eight!.trials, 4);
  t.true(Math.abs(worth[0]!.spread - 2) < 1e-12);
});

test('a parameter that only ever had one value is left out', (t) => {
  const worth = parameterWorth([
    reportedProblem({ trials: [trial(1, { isa: 'avx2', unroll: 1 }), trial(2, { isa: 'avx2', unroll: 2 })] }),
  ]);
  t.deepEqual(
    worth.map(({ parameter }) => parameter),
    ['unroll'],
  );
});

test('a parameter that only some variants have counts the trials that have it', (t) => {
  const worth = parameterWorth([
    reportedProblem({
      trials: [
        trial(2, { decomposition: 'row_split', rowsPerTeam: 2 }),
        trial(3, { decomposition: 'row_split', rowsPerTeam: 16 }),
        trial(1, { decomposition: 'task_centric' }),
      ],
    }),
  ]);
  const rows = worth.find(({ parameter }) => parameter === 'rowsPerTeam');
  t.deepEqual(
    rows?.values.map(({ value, best, trials }) => [value, best, trials]),
    [
      ['2', 2, 1],
      ['16', 3, 1],
    ],
  );
});

test('values are ordered by size, not by text, and parameters by what they cost', (t) => {
  const worth = parameterWorth([
    reportedProblem({
      trials: [
        trial(1, { a: 4, b: 16 }),
        trial(2, { a: 4, b: 2 }),
        trial(3, { a: 32, b: 16 }),
        trial(9, { a: 128, b: 2 }),
      ],
    }),
  ]);
  t.deepEqual(
    worth.map(({ parameter }) => parameter),
    ['a', 'b'],
  );
  t.deepEqual(
    worth[0]!.values.map(({ value }) => value),
    ['4', '32', '128'],
  );
  t.deepEqual(
    worth[1]!.values.map(({ value }) => value),
    ['2', '16'],
  );
});

test('no trials give no parameters', (t) => {
  t.deepEqual(parameterWorth([reportedProblem({ trials: [] })]), []);
});
