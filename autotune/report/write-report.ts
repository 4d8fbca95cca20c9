/** `gqs-tune report`: report.md and its pictures, from the results recorded in a folder. */
import { join } from 'node:path';
import {
  readTrials,
  readWinners,
  ResultsError,
  writeFileAtomic,
  type TunedProblem,
  type WinnersFile,
} from '../results/index.js';
import { collect } from './collect.js';
import { renderReport } from './render-report.js';
import { ReportError } from './report-error.js';

/**
 * Reads `winners.json` and the trials in `resultsDirectory`, writes report.md and SVG charts next to them, and returns
 * the paths written, report.md last. The same results give the same bytes.
 * Throws ReportError when there is nothing to report and ResultsError when a file is malformed, before anything is
 * written; ResultsError, too, when a file cannot be written, of which the old one is left then.
 */
export async function writeReport(resultsDirectory: string): Promise<string[]> {
  const winners = await presentWinners(resultsDirectory);
  const tuned = await presentTrials(resultsDirectory);
  const files = await renderReport(collect(winners, tuned));
  const paths = [];
  for (const [name, text] of files) {
    const path = join(resultsDirectory, name);
    await writeFileAtomic(path, text);
    paths.push(path);
  }
  return paths;
}

async function presentWinners(resultsDirectory: string): Promise<WinnersFile> {
  const path = join(resultsDirectory, 'winners.json');
  const winners = await readWinners(path);
  if (winners === undefined || winners.winners.length === 0) {
    const received = winners === undefined ? 'no such file' : 'a file without winners';
    throw new ReportError(
      path,
      `Expected the winners of a device in ${path} but received ${received}; remedy: tune first (npm run tune), or name the folder with --results`,
    );
  }
  return winners;
}

async function presentTrials(resultsDirectory: string): Promise<TunedProblem[]> {
  const path = join(resultsDirectory, 'trials.t4.json');
  const remedy = 'remedy: restore the file, or tune again';
  let tuned: TunedProblem[];
  try {
    tuned = await readTrials(resultsDirectory);
  } catch (cause) {
    if (cause instanceof ResultsError) throw cause;
    throw new ReportError(
      path,
      `Expected trials of this version's variants in ${path} but received others; ${remedy}`,
      { cause },
    );
  }
  if (tuned.length === 0) {
    throw new ReportError(
      path,
      `Expected the trials behind winners.json in ${path} but received none; ${remedy}`,
    );
  }
  return tuned;
}
