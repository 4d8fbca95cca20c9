/** Tuning twice: the same search with other noise gives the same winner, or one within the noise of it. */
import test from 'ava';
import { search, type Parameters } from '../../../autotune/search/index.js';
import { selectWinner } from '../../../autotune/winners.js';
import { noisySamples } from '../samples.js';
import { landscape, NoisyEvaluator, type Landscape } from './landscape.js';

const finalSamples = 31;

/** Searches, and measures the best four, the default and the incumbent as the pipeline does. */
async function tune(of: Landscape, noise: number, incumbentHash?: string) {
  const fallback = of.space.points.find((point) => of.trueUs(point) !== undefined)!;
  const evaluator = new NoisyEvaluator(of, noise);
  const outcome = await search(of.space, evaluator, {
    strategy: 'climb',
    seed: 5,
    seeds: [fallback],
    maxEvaluations: 100,
  });
  const best = outcome.ranked.slice(0, 4).map(({ point }) => point);
  const incumbent = of.space.points.find((point) => JSON.stringify(point) === incumbentHash);
  const finalists = new Set([fallback, ...(incumbent === undefined ? [] : [incumbent]), ...best]);
  const candidates = [...finalists].map((point, i) => ({
    name: JSON.stringify(point),
    hash: JSON.stringify(point),
    samples: noisySamples(of.trueUs(point)!, finalSamples, 0.01, noise * 100 + i),
  }));
  return selectWinner({
    candidates,
    defaultHash: JSON.stringify(fallback satisfies Parameters),
    ...(incumbentHash === undefined ? {} : { incumbentHash }),
  });
}

test('the same seed and the same times give the same winner and tie set', async (t) => {
  const of = landscape(11, 500);
  t.deepEqual(await tune(of, 1), await tune(of, 1));
});

test('with other noise the winner so far stays, or loses to one that is faster beyond the noise', async (t) => {
  for (const seed of [1, 2, 3]) {
    const of = landscape(seed, 600);
    const first = await tune(of, 1);
    const second = await tune(of, 2, first.winner.hash);
    const us = ({ hash }: { hash: string }) =>
      of.trueUs(of.space.points.find((point) => JSON.stringify(point) === hash)!)!;
    const stays = second.winner.hash === first.winner.hash;
    t.true(stays || us(second.winner) < us(first.winner) * 0.995, `landscape ${seed}`);
  }
});
