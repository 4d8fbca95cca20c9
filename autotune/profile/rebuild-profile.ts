/** counters.json and counters.md again, from what ncu printed; needs no GPU. */
import { join } from 'node:path';
import { problemName } from '../../generator/index.js';
import { deviceSlug } from '../../runtime/index.js';
import { TuneError } from '../pipeline/error.js';
import { addResult } from './add-result.js';
import { unknownMetrics } from './ncu-complaints.js';
import { allMetrics } from './ncu-metrics.js';
import { parseNcu } from './parse-ncu.js';
import { emptyProfile, type ProfileFile, type ProfileRun, type Subject } from './profile-file.js';
import { readRaw, type RawRecord } from './raw-record.js';
import { readOutput } from './read-output.js';
import { saveProfile } from './save-profile.js';
import {
  regenerated,
  subjectOf,
  wantedWinners,
  type WantedWinner,
  type WinnerChoice,
} from './wanted-winners.js';

export interface RebuildOptions extends Omit<WinnerChoice, 'results'> {
  /** What ncu printed: a file, or a folder of them. */
  readonly raw: string;
  /** Folder with winners.json; needed for outputs that do not say what they are of. */
  readonly results?: string;
  /** Unless given, that of the winners, else results/<device>. */
  readonly out?: string;
  readonly command: string;
}

/** Returns the profile and the files written. @throws TuneError, ResultsError */
export async function rebuildProfile(
  options: RebuildOptions,
): Promise<{ file: ProfileFile; written: readonly string[] }> {
  const { raw, results, wanted, limit } = options;
  const records = await readRaw(raw);
  const isNamed = records.every(({ heading }) => heading !== undefined);
  const known = isNamed
    ? undefined
    : await wantedWinners({ ...options, results: requireResults(raw, results) });
  const found = records
    .map((record) => ({ record, subject: record.heading?.subject ?? recognised(record, known!.winners) }))
    .filter(({ subject }) => wanted(subject.problem))
    .slice(0, limit);
  if (found.length === 0) {
    throw new TuneError(
      `Expected counters for these options in ${raw} but received none among ${records.length} outputs of ncu`,
    );
  }
  const file = emptyProfile(runOf(records, known?.device, options.command));
  for (const { record, subject } of found) addResult(file, subject, readOutput(record.output));
  const unknown = found.flatMap(({ record }) => unknownMetrics(record.output, allMetrics));
  file.unknownMetrics = [...new Set(unknown)];
  const out = options.out ?? results ?? join('results', deviceSlug(file.device));
  return { file, written: await saveProfile(out, file) };
}

function requireResults(raw: string, results: string | undefined): string {
  if (results !== undefined) return results;
  throw new TuneError(
    `Expected --results with the winners that ${raw} is of, as it does not say itself, but received none`,
  );
}

/** The run that recorded them; the first, where there were several. */
function runOf(records: readonly RawRecord[], device: string | undefined, command: string): ProfileRun {
  const heading = records.find((record) => record.heading !== undefined)?.heading;
  if (heading !== undefined) return heading.run;
  const unknown = { driver: null, profiler: 'Nsight Compute', commit: null };
  return { device: device!, timedOn: device!, ...unknown, command, timestamp: new Date().toISOString() };
}

/** The only winner whose kernel has the name of the one that was profiled. @throws TuneError */
function recognised({ path, output }: RawRecord, winners: readonly WantedWinner[]): Subject {
  const symbol = parseNcu(output)[0]?.kernel;
  if (symbol === undefined) {
    throw new TuneError(`Expected a table of ncu --csv --page raw in ${path} but received none`);
  }
  const same = winners.filter((one) => regenerated(one).symbol === symbol);
  if (same.length === 1) return subjectOf(same[0]!, regenerated(same[0]!).hash);
  const names = same.map(({ winner }) => problemName(winner.problem)).join(', ');
  throw new TuneError(
    same.length === 0
      ? `Expected the kernel of a winner in ${path} but received ${symbol}`
      : `Expected the kernel of one winner in ${path} but received that of ${names}; remedy: choose one with --shapes, --m, --density or --activation`,
  );
}
