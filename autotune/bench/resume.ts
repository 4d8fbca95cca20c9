/** Reads the file of a benchmark that a run continues. */
import { join } from 'node:path';
import type { z } from 'zod';
import { differences, type Fingerprint } from '../fingerprint.js';
import { checkSchemaVersion, parseJsonAs, readTextIfPresent } from '../results/read-json.js';
import { ResultsError } from '../results/error.js';

export interface BenchFormat<File, Setup extends Fingerprint> {
  /** Of the file, without `.json`. */
  readonly name: string;
  readonly version: number;
  readonly schema: z.ZodType<File>;
  /** What all runs that contribute to a file have in common. */
  readonly setup: z.ZodType<Setup>;
  /** `a comparison with peers` */
  readonly what: string;
}

/**
 * What earlier runs left in `out`; undefined where nothing lies there.
 * @throws ResultsError where it cannot be read, and where the setup was another one
 */
export async function earlierFile<File, Setup extends Fingerprint>(
  out: string,
  format: BenchFormat<File, Setup>,
  setup: Setup,
): Promise<File | undefined> {
  const path = join(out, `${format.name}.json`);
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  checkSchemaVersion(path, text, format.version);
  const file = parseJsonAs(path, text, format.schema, format.what);
  const changes = differences(format.setup.parse(file), setup);
  if (changes.length > 0) {
    throw new ResultsError(
      'fingerprint',
      path,
      `Expected ${path} to be ${format.what} that this run can continue but it differs in ${changes.join('; ')}. Run with the same options and device, or without --resume to start over.`,
    );
  }
  return file;
}
