import test from 'ava';
import { search, type Parameters, type SearchOptions } from '../../../autotune/search/index.js';
import { landscape, NoisyEvaluator, quality } from './landscape.js';

const climb = { strategy: 'climb', seed: 1 } as const;

async function run(size: number, seed: number, options: Partial<SearchOptions<Parameters>> = {}) {
  const of = landscape(seed, size);
  const evaluator = new NoisyEvaluator(of, seed + 100);
  const outcome = await search(of.space, evaluator, { ...climb, seed, ...options });
  return { of, evaluator, outcome };
}

test('climb finds 97 % of the optimum of spaces of 450 to 3000 points within 200 evaluations', async (t) => {
  const found: number[] = [];
  for (const [seed, size] of [450, 450, 900, 900, 1500, 3000].entries()) {
    const { of, evaluator, outcome } = await run(size, seed + 1);
    t.true(of.space.points.length >= 400);
    t.true(evaluator.asked.length <= 200);
    found.push(quality(of, outcome.ranked[0]!.point));
  }
  const mean = found.reduce((a, b) => a + b) / found.length;
  t.true(mean >= 0.97, found.join(' '));
});

test('climb beats random search on the same budget', async (t) => {
  let [climbed, drawn] = [0, 0];
  for (let seed = 1; seed <= 6; seed++) {
    const byClimb = await run(1200, seed, { maxEvaluations: 100 });
    const byChance = await run(1200, seed, { maxEvaluations: 100, strategy: 'random' });
    climbed += quality(byClimb.of, byClimb.outcome.ranked[0]!.point);
    drawn += quality(byChance.of, byChance.outcome.ranked[0]!.point);
  }
  t.true(climbed > drawn + 0.1, `${climbed / 6} and ${drawn / 6}`);
});

test('the same seed asks for the same points in the same order, another seed does not', async (t) => {
  const [a, b, c] = [await run(500, 3), await run(500, 3), await run(500, 3, { seed: 4 })];
  t.deepEqual(a.evaluator.asked, b.evaluator.asked);
  t.deepEqual(a.outcome, b.outcome);
  t.notDeepEqual(a.evaluator.asked, c.evaluator.asked);
});

for (const strategy of ['climb', 'random'] as const) {
  test(`${strategy}: no point is evaluated twice at the same repetitions, and the budget holds`, async (t) => {
    const { evaluator, outcome } = await run(800, 2, { strategy, maxEvaluations: 90 });
    const keys = evaluator.asked.map(({ point, repetitions }) => `${JSON.stringify(point)} ${repetitions}`);
    t.is(new Set(keys).size, keys.length);
    t.is(keys.length, 90);
    t.is(outcome.evaluations, 90);
    t.is(outcome.stopped, 'evaluations');
  });
}

test('halving: few points get many repetitions, and those lead the ranking', async (t) => {
  const { evaluator, outcome } = await run(800, 2);
  const at = (repetitions: number) => evaluator.asked.filter((a) => a.repetitions === repetitions).length;
  t.deepEqual([at(2), at(8), at(31)], [172, 20, 8]);
  t.true(outcome.ranked.slice(0, 8).every(({ repetitions }) => repetitions === 31));
  const samples = evaluator.asked.reduce((sum, { repetitions }) => sum + repetitions, 0);
  t.true(samples < 0.15 * 200 * 31);
});

test('seeds come first, in their order, and one that the space lacks is added', async (t) => {
  const of = landscape(4, 400);
  const foreign = { decomposition: 'extra', warps: 4 };
  const seeds = [of.space.points[17]!, foreign, of.space.points[3]!, of.space.points[17]!];
  const evaluator = new NoisyEvaluator(of, 1);
  await search(of.space, evaluator, { ...climb, seeds, maxEvaluations: 40 });
  const asked = evaluator.asked.slice(0, 3).map(({ point }) => point);
  t.deepEqual(asked, [seeds[0], foreign, seeds[2]]);
});

test('exhaustive visits every point once at full repetitions', async (t) => {
  const { of, evaluator, outcome } = await run(60, 6, { strategy: 'exhaustive' });
  t.is(evaluator.asked.length, of.space.points.length);
  t.true(evaluator.asked.every(({ repetitions }) => repetitions === 31));
  t.is(outcome.stopped, 'exhausted');
  t.true(quality(of, outcome.ranked[0]!.point) > 0.97);
});

test('a space smaller than the budget is searched whole', async (t) => {
  const { of, outcome } = await run(20, 8);
  t.is(outcome.ranked.length + outcome.failed.length, of.space.points.length);
  t.is(outcome.stopped, 'exhausted');
});

test('a space of nothing gives nothing', async (t) => {
  const space = { points: [], parameters: (p: Parameters) => p };
  const outcome = await search(space, { evaluate: () => Promise.resolve([]) }, climb);
  t.deepEqual(outcome, { ranked: [], failed: [], evaluations: 0, stopped: 'exhausted' });
});

test('a space where everything fails ends with failures only', async (t) => {
  const { space } = landscape(9, 100);
  const failure = { status: 'failed', invalidity: 'compile' } as const;
  const outcome = await search(
    space,
    { evaluate: (c) => Promise.resolve(c.map(() => failure)) },
    { ...climb, maxEvaluations: 30 },
  );
  t.is(outcome.ranked.length, 0);
  t.true(outcome.failed.length >= 26);
});

test('an aborted search ends after the batch in flight and keeps what it has', async (t) => {
  const of = landscape(2, 500);
  const controller = new AbortController();
  let seen = 0;
  const evaluator = new NoisyEvaluator(of, 1);
  const outcome = await search(of.space, evaluator, {
    ...climb,
    signal: controller.signal,
    onProgress: ({ evaluations }) => {
      seen = evaluations;
      if (evaluations >= 40) controller.abort();
    },
  });
  t.is(outcome.stopped, 'aborted');
  t.true(seen >= 40 && seen < 48);
  t.is(evaluator.asked.length, seen);
  t.is(outcome.ranked.length + outcome.failed.length, seen);
});

test('when time runs short exploring ends and the best are still refined', async (t) => {
  const of = landscape(2, 500);
  const evaluator = new NoisyEvaluator(of, 1);
  const timeLeft = () => 1 - evaluator.asked.length / 120;
  const outcome = await search(of.space, evaluator, { ...climb, timeLeft });
  t.is(outcome.stopped, 'time');
  t.true(evaluator.asked.length >= 120 && evaluator.asked.length <= 128);
  t.true(outcome.ranked[0]!.repetitions > 2);
});

test('however late it is, the first batch is evaluated', async (t) => {
  const of = landscape(2, 500);
  const evaluator = new NoisyEvaluator(of, 1);
  const outcome = await search(of.space, evaluator, { ...climb, timeLeft: () => 0 });
  t.is(outcome.stopped, 'time');
  t.is(outcome.evaluations, 8);
});

test('progress tells phases, counts and the best so far', async (t) => {
  const seen: string[] = [];
  let best = Infinity;
  const of = landscape(7, 400);
  await search(of.space, new NoisyEvaluator(of, 1), {
    ...climb,
    seeds: [of.space.points[0]!],
    onProgress: (p) => {
      seen.push(p.phase);
      t.is(p.limit, 200);
      if (p.best?.evaluation.status === 'ok') best = Math.min(best, p.best.evaluation.medianUs);
    },
  });
  t.deepEqual([...new Set(seen)], ['seeds', 'explore', 'refine']);
  t.true(best < Infinity);
});

test('options that make no sense are refused', async (t) => {
  const { space } = landscape(1, 50);
  const evaluator = { evaluate: () => Promise.resolve([]) };
  const wrong: [Partial<SearchOptions<Parameters>>, RegExp][] = [
    [{ maxEvaluations: 0 }, /evaluations of at least 1 but received 0/],
    [{ batch: 0.5 }, /batch of at least 1 but received 0.5/],
    [{ rungs: [8, 2] }, /grow but received 8, 2/],
  ];
  for (const [options, message] of wrong) {
    await t.throwsAsync(search(space, evaluator, { ...climb, ...options }), {
      instanceOf: RangeError,
      message,
    });
  }
  await t.throwsAsync(search(space, evaluator, climb), { message: /evaluations but received 0/ });
});
