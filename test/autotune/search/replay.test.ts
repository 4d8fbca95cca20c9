import test from 'ava';
import { recordedSpace, ReplayEvaluator, replayQuality, search } from '../../../autotune/search/index.js';
import { okOutcome, trial } from '../trials.js';

const slow = trial(1, { outcome: { status: 'ok', medianUs: 20, samplesUs: [19, 20, 21] } });
const fast = trial(2, {
  variant: { ...trial(2).variant, unroll: 4 } as never,
  outcome: okOutcome(10, 5),
});
const failed = trial(3, {
  variant: { ...trial(2).variant, unroll: 1 } as never,
  outcome: { status: 'failed', invalidity: 'runtime', message: 'illegal address' },
});

test('replay answers with what was recorded', async (t) => {
  const evaluator = new ReplayEvaluator(1);
  const [a, b, c] = await evaluator.evaluate([slow, fast, failed], 3);
  t.true(a?.status === 'ok' && a.medianUs === 20 && a.samples.toSorted().join() === '19,20,21');
  t.true(b?.status === 'ok' && b.medianUs === 10 && b.samples.length === 3);
  t.deepEqual<unknown, unknown>(c, failed.outcome);
  const [more] = await evaluator.evaluate([slow], 31);
  t.true(
    more?.status === 'ok' && more.samples.length === 31 && more.samples.every((s) => s >= 19 && s <= 21),
  );
});

test('a search among recorded trials finds the fastest', async (t) => {
  const trials = [slow, fast, failed];
  const outcome = await search(recordedSpace(trials), new ReplayEvaluator(1), { strategy: 'climb', seed: 1 });
  t.is(outcome.ranked[0]!.point.name, fast.name);
  t.is(outcome.failed.length, 1);
  t.is(replayQuality(trials, fast), 1);
  t.is(replayQuality(trials, slow), 0.5);
  t.is(replayQuality(trials, failed), 0);
});
