/** Rows and columns of a comparison: who took how long, and how many times as long as ours. */
import { benchName, type BenchFile, type Measurement, type Product } from './bench-file.js';

export function isOurs(contender: string): boolean {
  return contender.startsWith('GQS ');
}

/** Ours first, then the peers, each in the order of their first measurement. */
export function contendersOf(file: BenchFile): string[] {
  const all = [...new Set(file.measurements.map(({ contender }) => contender))];
  return [...all.filter(isOurs), ...all.filter((contender) => !isOurs(contender))];
}

/** Shapes in the order of their first measurement. */
export function shapesOf(file: BenchFile): { readonly n: number; readonly k: number }[] {
  const shapes = new Map(file.measurements.map(({ n, k }) => [`${n}x${k}`, { n, k }]));
  return [...shapes.values()];
}

export function findMeasurement(
  file: BenchFile,
  contender: string,
  { n, k, m }: Product,
): Measurement | undefined {
  return file.measurements.find(
    (one) => one.contender === contender && one.n === n && one.k === k && one.m === m,
  );
}

/** How many times as long as `ours` a contender takes; undefined where either was not measured. */
export function timesAsLong(
  file: BenchFile,
  contender: string,
  ours: string,
  shape: Product,
): number | undefined {
  const [peer, own] = [findMeasurement(file, contender, shape), findMeasurement(file, ours, shape)];
  return peer === undefined || own === undefined ? undefined : peer.medianUs / own.medianUs;
}

export function tokensOf(file: BenchFile): number[] {
  return [...new Set(file.measurements.map(({ m }) => m))].sort((a, b) => a - b);
}

export function chartName(m: number): string {
  return `${benchName}-m${m}.svg`;
}
