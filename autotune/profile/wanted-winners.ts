/** The winners that are to be profiled, with how they were measured. */
import { join } from 'node:path';
import { generate, type KernelManifest, type Problem } from '../../generator/index.js';
import { TuneError } from '../pipeline/error.js';
import { readWinners, type Provenance, type Winner } from '../results/index.js';
import type { Subject } from './profile-file.js';

export interface WantedWinner {
  readonly winner: Winner;
  readonly provenance: Provenance;
}

export interface WinnerChoice {
  /** Folder with winners.json. */
  readonly results: string;
  readonly wanted: (problem: Problem) => boolean;
  /** At most that many, the first ones of the file. */
  readonly limit?: number;
}

/** At least one, and the device that they are of. @throws TuneError, ResultsError */
export async function wantedWinners({
  results,
  wanted,
  limit,
}: WinnerChoice): Promise<{ device: string; winners: WantedWinner[] }> {
  const path = join(results, 'winners.json');
  const file = await readWinners(path);
  if (file === undefined) {
    throw new TuneError(
      `Expected winners in ${path} but received no such file; remedy: tune first (npm run tune), or name the folder with --results`,
    );
  }
  const chosen = file.winners.filter(({ problem }) => wanted(problem)).slice(0, limit);
  if (chosen.length === 0) throw new TuneError(nothingChosen(path, file.winners));
  const winners = chosen.map((winner) => ({ winner, provenance: winner.provenance ?? file.provenance }));
  return { device: file.device, winners };
}

function nothingChosen(path: string, winners: readonly Winner[]): string {
  const values = (of: (problem: Problem) => string | number): string =>
    [...new Set(winners.map(({ problem }) => of(problem)))].join(', ');
  const known =
    winners.length === 0
      ? ''
      : `, whose shapes are ${values(({ n, k }) => `${n}x${k}`)}, m ${values(({ m }) => m)}, density ${values(({ density }) => density)}, x ${values(({ activation }) => activation)}`;
  return `Expected a winner for these options in ${path} but received none of its ${winners.length}${known}`;
}

/** The winner's kernel as the templates make it now. @throws GeneratorError */
export function regenerated({ winner, provenance }: WantedWinner): KernelManifest {
  const { problem, variant } = winner;
  return generate(problem, variant, variant.target === 'cpu' ? variant.isa : provenance.arch).manifest;
}

/** `hash`: of the kernel that is profiled. */
export function subjectOf({ winner, provenance }: WantedWinner, hash: string): Subject {
  const { problem, variant, name, medianUs, gbPerSecond, rooflineFraction } = winner;
  const { processors, clocks } = provenance;
  const timed = { medianUs, gbPerSecond, rooflineFraction, processors, smMhz: clocks.smMhz };
  return { problem, variant, name, hash, winnerHash: winner.hash, ...timed };
}
