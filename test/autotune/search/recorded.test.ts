/** How good the default search is, on a space that was recorded whole on an NVIDIA H200: no GPU is needed to see it. */
import { mean } from 'simple-statistics';
import test from 'ava';
import { readTrials } from '../../../autotune/results/index.js';
import { recordedSpace, ReplayEvaluator, replayQuality, search } from '../../../autotune/search/index.js';
import { projectPath } from '../../support/paths.js';

const [recorded] = await readTrials(projectPath('test', 'fixtures', 'h200-space'));
const { trials } = recorded!;
const seeds = Array.from({ length: 10 }, (_, seed) => seed);

async function qualities(strategy: 'climb' | 'random'): Promise<number[]> {
  const found: number[] = [];
  for (const seed of seeds) {
    const outcome = await search(recordedSpace(trials), new ReplayEvaluator(seed), {
      strategy,
      seed,
      maxEvaluations: 200,
    });
    found.push(replayQuality(trials, outcome.ranked[0]!.point));
  }
  return found;
}

test('the recorded space has at least 400 variants, timed or failed for a stated reason', (t) => {
  t.true(trials.length >= 400, String(trials.length));
  const failed = trials.filter(({ outcome }) => outcome.status === 'failed');
  t.true(failed.length < trials.length / 2);
  for (const { outcome } of failed) t.true(outcome.status === 'failed' && outcome.message !== '');
  t.deepEqual([...new Set(trials.map(({ variant }) => variant.decomposition))].sort(), [
    'row_permuted',
    'row_split',
    'task_centric',
  ]);
});

test('200 evaluations find at least 97 % of the optimum, from every one of ten seeds', async (t) => {
  const found = await qualities('climb');
  t.log(`mean ${mean(found).toFixed(4)}, least ${Math.min(...found).toFixed(4)}`);
  for (const quality of found) t.true(quality >= 0.97, String(quality));
});

test('random search finds less on average', async (t) => {
  const [climb, random] = [await qualities('climb'), await qualities('random')];
  t.log(`random: mean ${mean(random).toFixed(4)}, least ${Math.min(...random).toFixed(4)}`);
  t.true(mean(climb) >= mean(random));
});
