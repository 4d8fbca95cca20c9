/** From a final measurement to the winner that is kept, and to the line that is shown. */
import { median } from 'simple-statistics';
import type { Problem } from '../../generator/index.js';
import { problemName, scaleSharing } from '../../generator/index.js';
import type { WinnerSummary } from '../progress/index.js';
import type { Winner } from '../results/index.js';
import { achieved } from '../roofline.js';
import { medianInterval } from '../statistics.js';
import { selectWinner } from '../winners.js';
import type { FinalResult } from './finals.js';

export interface WinnerInput {
  readonly problem: Problem;
  readonly finals: FinalResult;
  readonly incumbentHash: string | undefined;
  /** Bytes per second. */
  readonly bandwidth: number;
  readonly evaluated: number;
  readonly spaceSize: number;
}

export function pickWinner({
  problem,
  finals,
  incumbentHash,
  bandwidth,
  evaluated,
  spaceSize,
}: WinnerInput): Winner {
  const { finalists, defaultHash, denseUs } = finals;
  const { winner, tie } = selectWinner({
    candidates: finalists,
    defaultHash,
    ...(incumbentHash === undefined ? {} : { incumbentHash }),
  });
  const us = (samples: readonly number[]): number => median([...samples]);
  const medianUs = us(winner.samples);
  const defaultUs = us(finalists.find(({ hash }) => hash === defaultHash)!.samples);
  const [low, high] = medianInterval(winner.samples);
  return {
    problem,
    variant: winner.variant,
    name: winner.name,
    hash: winner.hash,
    medianUs,
    intervalUs: [low, high],
    ...achieved(winner.bytes, medianUs, bandwidth),
    denseUs,
    defaultUs,
    speedupOverDense: denseUs === null ? null : denseUs / medianUs,
    speedupOverDefault: defaultUs / medianUs,
    samples: winner.samples.length,
    evaluated,
    spaceSize,
    tie: tie.map(({ name, hash, samples }) => ({ name, hash, medianUs: us(samples) })),
  };
}

export function summariseWinner(winner: Winner): WinnerSummary {
  const {
    problem,
    name,
    medianUs,
    intervalUs,
    gbPerSecond,
    rooflineFraction,
    speedupOverDense,
    speedupOverDefault,
    tie,
  } = winner;
  const { n, k, m, bits, groupSize, groupsPerScale, density, activation } = problem;
  return {
    problem: problemName(problem),
    variant: name,
    n,
    k,
    m,
    bits,
    groupSize,
    ...scaleSharing(groupsPerScale),
    density,
    activation,
    medianUs,
    intervalUs,
    gbPerSecond,
    rooflineFraction,
    speedupOverDense,
    speedupOverDefault,
    ties: tie.length - 1,
  };
}
