/** Reads, merges and writes `winners.json`. */
import { problemName, type Problem } from '../../generator/index.js';
import { writeFileAtomic } from './atomic.js';
import { ResultsError } from './error.js';
import { checkSchemaVersion, parseJsonAs, readTextIfPresent } from './read-json.js';
import { roundSignificant, stableJson } from './stable-json.js';
import {
  winnersSchema,
  winnersVersion,
  type Provenance,
  type Winner,
  type WinnersFile,
} from './winners-schema.js';

const what = 'winners of a tuning run';

/** The winners of a device so far, or undefined. Throws ResultsError when there is a file but not of this format. */
export async function readWinners(path: string): Promise<WinnersFile | undefined> {
  const text = await readTextIfPresent(path);
  return text === undefined ? undefined : parseWinners(path, text);
}

/** Parses the text of a winners file; `path` is for messages. */
export function parseWinners(path: string, text: string): WinnersFile {
  checkSchemaVersion(path, text, winnersVersion);
  return parseJsonAs(path, text, winnersSchema, what);
}

/**
 * Puts newly tuned winners into the file at `path` and returns what it holds then. Winners of other problems stay, with
 * the provenance of the run that measured them. A file that cannot be read, or of another device, is not overwritten:
 * ResultsError.
 */
export async function mergeWinners(
  path: string,
  device: string,
  provenance: Provenance,
  tuned: readonly Winner[],
): Promise<WinnersFile> {
  const existing = await readWinners(path);
  if (existing !== undefined) requireDevice(path, existing, device);
  const merged = mergedWinners(existing, {
    schemaVersion: winnersVersion,
    device,
    provenance,
    winners: [...tuned],
  });
  await writeFileAtomic(path, winnersText(merged));
  return merged;
}

/** Throws ResultsError when the winners are of another device. */
export function requireDevice(path: string, existing: WinnersFile, device: string): void {
  if (existing.device === device) return;
  throw new ResultsError(
    'fingerprint',
    path,
    `Expected winners of ${device} in ${path} but received those of ${existing.device}. Choose another folder with --out.`,
  );
}

/** The newly tuned winners and those of `existing` that were not tuned again. Pure. */
export function mergedWinners(existing: WinnersFile | undefined, tuned: WinnersFile): WinnersFile {
  const replaced = new Set(tuned.winners.map(({ problem }) => problemName(problem)));
  const kept = (existing?.winners ?? [])
    .filter(({ problem }) => !replaced.has(problemName(problem)))
    .map((winner) => ({ ...winner, provenance: winner.provenance ?? existing!.provenance }));
  return {
    ...tuned,
    winners: [...kept, ...tuned.winners].sort((a, b) => compareProblems(a.problem, b.problem)),
  };
}

/** The text of a winners file: numbers rounded, winners sorted by problem. Throws ZodError for what cannot be read back. */
export function winnersText(file: WinnersFile): string {
  const winners = file.winners.map(rounded).sort((a, b) => compareProblems(a.problem, b.problem));
  return stableJson(winnersSchema.parse({ ...file, winners }));
}

/** By operation, activation, format, density, tokens, then shape; numbers by value. */
export function compareProblems(a: Problem, b: Problem): number {
  const order = (p: Problem) =>
    [
      ...[p.op, p.activation, p.output, p.epilogue, p.bits, p.groupSize, p.groupsPerScale ?? 1],
      ...[p.density, p.m, p.n, p.k],
    ] as const;
  const [left, right] = [order(a), order(b)];
  for (const [i, x] of left.entries()) {
    const y = right[i]!;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

function rounded(winner: Winner): Winner {
  return {
    ...winner,
    medianUs: roundSignificant(winner.medianUs),
    intervalUs: [roundSignificant(winner.intervalUs[0]), roundSignificant(winner.intervalUs[1])],
    gbPerSecond: roundSignificant(winner.gbPerSecond),
    rooflineFraction: roundSignificant(winner.rooflineFraction, 3),
    denseUs: winner.denseUs === null ? null : roundSignificant(winner.denseUs),
    defaultUs: roundSignificant(winner.defaultUs),
    speedupOverDense: winner.speedupOverDense === null ? null : roundSignificant(winner.speedupOverDense, 3),
    speedupOverDefault: roundSignificant(winner.speedupOverDefault, 3),
    tie: winner.tie.map((member) => ({ ...member, medianUs: roundSignificant(member.medianUs) })),
  };
}
