import test from 'ava';
import { Clock, parseBudget } from '../../autotune/pipeline/budget.js';
import { TuneError } from '../../autotune/pipeline/error.js';

test('times, evaluations, or both in any order', (t) => {
  t.deepEqual(parseBudget('90s'), { seconds: 90 });
  t.deepEqual(parseBudget('10m'), { seconds: 600 });
  t.deepEqual(parseBudget('1.5h'), { seconds: 5400 });
  t.deepEqual(parseBudget('200'), { evaluations: 200 });
  t.deepEqual(parseBudget('10m,200'), { seconds: 600, evaluations: 200 });
  t.deepEqual(parseBudget(' 200 , 10m '), { seconds: 600, evaluations: 200 });
});

test('everything else is refused with the forms there are', (t) => {
  for (const text of [
    '',
    ',',
    '0',
    '0s',
    '-5',
    '1.5',
    '5 m',
    '5min',
    '10m,',
    '1m,2m',
    '1,2',
    '1e3',
    'NaN',
    'm',
  ]) {
    t.throws(() => parseBudget(text), { instanceOf: TuneError, message: /90s or 10m.* for --budget/ }, text);
  }
});

test('a run shares its time among the problems left, less what starting and writing take', (t) => {
  let ms = 0;
  const clock = new Clock(540, () => ms);
  t.is(clock.secondsLeft, 520);
  const first = clock.share(4);
  t.is(first.fractionLeft(), 1);
  ms = 65_000;
  t.true(first.fractionLeft() > 0 && first.fractionLeft() < 0.5);
  ms = 110_000;
  t.is(first.fractionLeft(), 0);
  t.false(first.isOver());
  ms = 130_000;
  t.true(first.isOver());
  // What the first took too long, the others have less of.
  ms = 220_000;
  const second = clock.share(3);
  ms += 99_000;
  t.false(second.isOver());
  ms += 1_000;
  t.true(second.isOver());
  ms = 1e9;
  t.is(clock.secondsLeft, 0);
  t.true(clock.share(1).isOver());
});

test('short runs keep a tenth; without a limit time never ends', (t) => {
  t.is(new Clock(60, () => 0).secondsLeft, 54);
  let ms = 0;
  const problem = new Clock(undefined, () => ms).share(3);
  ms = 1e12;
  t.is(problem.fractionLeft(), 1);
  t.false(problem.isOver());
  t.is(problem.secondsLeft(0, 10), undefined);
});

test('seconds left: by time or by pace, whichever is less', (t) => {
  let ms = 0;
  const problem = new Clock(1000, () => ms).share(1);
  ms = 10_000;
  t.is(problem.secondsLeft(10, 20), 10);
  t.true(problem.secondsLeft(1, 1_000_000)! < 1000);
});
