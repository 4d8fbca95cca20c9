/** Reads, merges and writes `trials.t4.json`, in several files where one would pass a mebibyte. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { problemName, type Problem } from '../../generator/index.js';
import type { Trial } from '../trial.js';
import { writeFileAtomic } from './atomic.js';
import { errorCode, ResultsError, writeError } from './error.js';
import { parseJsonAs, readTextIfPresent } from './read-json.js';
import {
  gqsTrialsVersion,
  t4Schema,
  t4Version,
  type T4File,
  type T4Result,
  type TrialRun,
} from './t4-schema.js';
import { fromT4Result, toT4Result } from './t4-result.js';
import { compareProblems } from './winners-file.js';

/** The trials of one problem and the run that made them. */
export interface TunedProblem {
  readonly problem: Problem;
  readonly run: TrialRun;
  readonly trials: readonly Trial[];
}

export interface TrialsOf {
  readonly kind: 'cuda' | 'cpu';
  readonly device: string;
}

/** Bytes a file may have, a little under a mebibyte. */
const fileLimit = 1_000_000;
/** Samples kept per trial. */
const keptRuntimes = 31;

/** `trials.t4.json`, then `trials-2.t4.json` and so on. */
export function trialsFileName(part: number): string {
  return part === 0 ? 'trials.t4.json' : `trials-${part + 1}.t4.json`;
}

/** Every recorded trial of a device's folder, by problem; none when there is no file. Throws ResultsError. */
export async function readTrials(folder: string): Promise<TunedProblem[]> {
  const problems = new Map<string, { problem: Problem; run: TrialRun; trials: Trial[] }>();
  for (let part = 0; ; part++) {
    const path = join(folder, trialsFileName(part));
    const text = await readTextIfPresent(path);
    if (text === undefined) return [...problems.values()];
    for (const { problem, run, trials } of parseTrials(path, text)) {
      const known = problems.get(problemName(problem));
      if (known === undefined) problems.set(problemName(problem), { problem, run, trials: [...trials] });
      else known.trials.push(...trials);
    }
  }
}

/** Parses the text of one trials file; `path` is for messages. Throws ResultsError. */
export function parseTrials(path: string, text: string): TunedProblem[] {
  const file = parseJsonAs(path, text, t4Schema, 'trials in the T4 format');
  return file.gqs.problems.map(({ problem, run }, index) => ({
    problem,
    run: file.gqs.runs[run]!,
    trials: file.results
      .filter((result) => result.gqs.problem === index)
      .map((result) => trialOf(path, result, problem)),
  }));
}

function trialOf(path: string, result: T4Result, problem: Problem): Trial {
  try {
    return fromT4Result(result, problem);
  } catch (cause) {
    throw new ResultsError(
      'malformed',
      path,
      `Expected trials of variants that this version of gqs knows in ${path} but received ${result.gqs.name}. Move the file away and tune again.`,
      cause,
    );
  }
}

/** Puts the trials of newly tuned problems into a device's folder; those of other problems stay. Throws ResultsError. */
export async function mergeTrials(
  folder: string,
  of: TrialsOf,
  tuned: readonly TunedProblem[],
): Promise<readonly string[]> {
  const replaced = new Set(tuned.map(({ problem }) => problemName(problem)));
  const kept = (await readTrials(folder)).filter(({ problem }) => !replaced.has(problemName(problem)));
  const texts = trialsTexts(of, [...kept, ...tuned]);
  const paths = texts.map((_, part) => join(folder, trialsFileName(part)));
  for (const [part, path] of paths.entries()) await writeFileAtomic(path, texts[part]!);
  await removeStale(folder, texts.length);
  return paths;
}

/**
 * Moves the trials of a folder to `<name>.previous` when this version cannot read them, so that a run need not end for
 * the trials of an earlier one. One sentence for whoever started the run, or none. Throws ResultsError when it cannot.
 */
export async function setAsideUnreadableTrials(folder: string): Promise<string[]> {
  try {
    await readTrials(folder);
    return [];
  } catch (error) {
    if (!(error instanceof ResultsError && error.problem === 'malformed')) throw error;
    const kept = await setAside(folder);
    const names = kept.join(', ');
    return [
      `${error.path} is not of this version of gqs; it is kept as ${names}, and this run starts anew. To read it, use the version that wrote it.`,
    ];
  }
}

async function setAside(folder: string): Promise<string[]> {
  const kept: string[] = [];
  for (let part = 0; ; part++) {
    const path = join(folder, trialsFileName(part));
    const previous = `${path}.previous`;
    try {
      await rename(path, previous);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return kept;
      throw writeError(path, cause);
    }
    kept.push(previous);
  }
}

/** The texts of the files that hold these trials, each under a mebibyte. Of a variant, the trial with most samples. */
export function trialsTexts(of: TrialsOf, tuned: readonly TunedProblem[], limit = fileLimit): string[] {
  const sorted = tuned.toSorted((a, b) => compareProblems(a.problem, b.problem));
  const parts: TunedProblem[][] = [[]];
  let room = limit;
  for (const { problem, run, trials } of sorted) {
    // Room for the problem's own entry and, the first time, its run and the metadata.
    room -= 2000;
    for (const trial of bestMeasured(trials)) {
      const bytes = Buffer.byteLength(JSON.stringify(toT4Result(trial, 999, keptRuntimes))) + 2;
      if (bytes > room && parts.at(-1)!.length > 0) {
        parts.push([]);
        room = limit - 4000;
      }
      room -= bytes;
      const part = parts.at(-1)!;
      const last = part.at(-1);
      if (last?.problem === problem) part[part.length - 1] = { ...last, trials: [...last.trials, trial] };
      else part.push({ problem, run, trials: [trial] });
    }
  }
  return parts.filter((part) => part.length > 0).map((part) => fileText(t4File(of, part)));
}

/** One trial per variant, the one with most repetitions; fastest first, then the failed ones by name. */
function bestMeasured(trials: readonly Trial[]): Trial[] {
  const best = new Map<string, Trial>();
  for (const trial of trials) {
    if ((best.get(trial.hash)?.repetitions ?? 0) < trial.repetitions) best.set(trial.hash, trial);
  }
  const us = ({ outcome }: Trial) => (outcome.status === 'ok' ? outcome.medianUs : Number.MAX_VALUE);
  return [...best.values()].sort((a, b) => us(a) - us(b) || (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function t4File({ kind, device }: TrialsOf, tuned: readonly TunedProblem[]): T4File {
  const runTexts = [...new Set(tuned.map(({ run }) => JSON.stringify(run)))];
  const runs = runTexts.map((text) => JSON.parse(text) as TrialRun);
  const latest = runs.reduce((a, b) => (b.timestamp > a.timestamp ? b : a));
  return t4Schema.parse({
    schema_version: t4Version,
    metadata: {
      ...(kind === 'cuda' ? { compute_api: 'CUDA' } : {}),
      platform: latest.platform,
      device,
      autotuner: 'gqs-tune',
      autotuner_version: latest.gqsVersion,
      timestamp: latest.timestamp,
      timeunit: 'microseconds',
    },
    gqs: {
      schemaVersion: gqsTrialsVersion,
      runs,
      problems: tuned.map(({ problem, run }) => ({ problem, run: runTexts.indexOf(JSON.stringify(run)) })),
    },
    results: tuned.flatMap(({ trials }, i) => trials.map((trial) => toT4Result(trial, i, keptRuntimes))),
  });
}

/** One line per trial. */
function fileText({ results, ...rest }: T4File): string {
  const head = JSON.stringify(rest).slice(0, -1);
  const line = (result: T4Result) => JSON.stringify(result);
  return `${head},"results":[\n${results.map(line).join(',\n')}\n]}\n`;
}

/** Removes the parts after the first `kept` ones. */
async function removeStale(folder: string, kept: number): Promise<void> {
  let part = Math.max(1, kept);
  let path = join(folder, trialsFileName(part));
  while ((await readTextIfPresent(path)) !== undefined) {
    await removeFile(path);
    part += 1;
    path = join(folder, trialsFileName(part));
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (cause) {
    throw writeError(path, cause);
  }
}
