/** The comparison that a run continues. */
import { benchFormat, type BenchFile, type ContestSetup, type Product } from './bench-file.js';
import { earlierFile } from './resume.js';

/**
 * What earlier runs left in `out`, without the failures that are tried again now: those of `products`, and those of no
 * product in particular. undefined where nothing lies there. @throws ResultsError, also for another setup
 */
export async function earlierBench(
  out: string,
  setup: ContestSetup,
  products: readonly Product[],
): Promise<BenchFile | undefined> {
  const file = await earlierFile(out, benchFormat, setup);
  if (file === undefined) return undefined;
  const isTried = ({ n, k, m }: Product): boolean =>
    products.some((one) => one.n === n && one.k === k && one.m === m);
  const failures = file.failures.filter(({ shape }) => shape !== undefined && !isTried(shape));
  return { ...file, failures };
}
