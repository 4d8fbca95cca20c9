/** Parts of a tuning run that need neither a device nor a compiler. */
import test from 'ava';
import {
  defaultVariant,
  enumerateVariants,
  knownArchitectures,
  rejectionReason,
  type Problem,
} from '../../generator/index.js';
import { denseProblem } from '../../autotune/pipeline/finals.js';
import { pickWinner, summariseWinner } from '../../autotune/pipeline/winner.js';
import { winnerSchema } from '../../autotune/results/index.js';
import { hashOf, problem, variant } from './trials.js';
import { noisySamples } from './samples.js';

const sm90 = knownArchitectures['sm_90']!;
const odd: Problem = {
  ...problem,
  n: 4096,
  k: 4100,
  groupSize: 4,
  activation: 'f16',
  output: 'f16',
};

function finalist(index: number, us: number) {
  return {
    variant,
    name: `variant-${index}`,
    hash: hashOf(index),
    samples: noisySamples(us, 31, 0.002, index),
    bytes: 1e6,
    smMhz: undefined,
    memoryMhz: undefined,
  };
}

function winnerOf(denseUs: number | null) {
  return pickWinner({
    problem: odd,
    finals: {
      finalists: [finalist(1, 20), finalist(2, 10)],
      defaultHash: hashOf(1),
      denseUs,
      dropped: new Map(),
    },
    incumbentHash: undefined,
    bandwidth: 200e9,
    evaluated: 2,
    spaceSize: 40,
  });
}

test('a k that is no multiple of 8 has variants on GPUs but no dense baseline', (t) => {
  t.is(denseProblem(odd, sm90), undefined);
  t.is(rejectionReason(odd, defaultVariant(odd, sm90), sm90), undefined);
  t.true(enumerateVariants(odd, sm90).variants.length > 0);
});

test('int8 x is compared with the dense baseline of float x', (t) => {
  const i8: Problem = { ...odd, k: 4096, activation: 'i8' };
  t.is(denseProblem(i8, sm90)?.activation, 'f16');
});

test('a problem without a dense baseline still has its winner, and the results say so', (t) => {
  const winner = winnerOf(null);
  t.is(winner.name, 'variant-2');
  t.is(winner.denseUs, null);
  t.is(winner.speedupOverDense, null);
  t.true(Math.abs(winner.speedupOverDefault - 2) < 0.02);
  t.true(winnerSchema.safeParse(winner).success);
  t.is(summariseWinner(winner).speedupOverDense, null);
});

test('with a dense baseline the speed-up is over it', (t) => {
  const { denseUs, speedupOverDense, medianUs, gbPerSecond } = winnerOf(30);
  t.is(denseUs, 30);
  t.is(speedupOverDense, 30 / medianUs);
  t.true(Math.abs(gbPerSecond - 100) < 1);
});
