/** Reads the comparison that a run continues. */
import { join } from 'node:path';
import { differences } from '../fingerprint.js';
import { checkSchemaVersion, parseJsonAs, readTextIfPresent } from '../results/read-json.js';
import { ResultsError } from '../results/error.js';
import {
  benchName,
  benchSchema,
  benchSetupSchema,
  benchVersion,
  type ContestSetup,
  type BenchFile,
  type Product,
} from './bench-file.js';

/**
 * What earlier runs left in `out`, without the failures that are tried again now: those of `products`, and those of no
 * product in particular. undefined where nothing lies there. @throws ResultsError, also for another setup
 */
export async function earlierBench(
  out: string,
  setup: ContestSetup,
  products: readonly Product[],
): Promise<BenchFile | undefined> {
  const path = join(out, `${benchName}.json`);
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  checkSchemaVersion(path, text, benchVersion);
  const file = parseJsonAs(path, text, benchSchema, 'a comparison with peers');
  const changes = differences(benchSetupSchema.parse(file), setup);
  if (changes.length > 0) {
    throw new ResultsError(
      'fingerprint',
      path,
      `Expected ${path} to be a comparison that this run can continue but it differs in ${changes.join('; ')}. Run with the same options and device, or without --resume to start over.`,
    );
  }
  const isTried = ({ n, k, m }: Product): boolean =>
    products.some((one) => one.n === n && one.k === k && one.m === m);
  const failures = file.failures.filter(({ shape }) => shape !== undefined && !isTried(shape));
  return { ...file, failures };
}
