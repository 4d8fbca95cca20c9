/** Which decomposition took how long, and how they compare. */
import type { RowDistribution } from '../../../runtime/index.js';
import type { BalanceFile, BalancePoint } from './balance-file.js';

export interface Shape {
  readonly n: number;
  readonly k: number;
}

/** The paper's decomposition. */
export const taskCentric = 'task_centric';

/** In the order of their first appearance, measured or not. */
export function decompositionsOf({ points, failures }: BalanceFile): string[] {
  return [...new Set([...points, ...failures].map(({ decomposition }) => decomposition))];
}

export function rowsOf({ points, failures }: BalanceFile): RowDistribution[] {
  return [...new Set([...points, ...failures].map(({ rows }) => rows))];
}

export function shapesOf({ points, failures }: BalanceFile): Shape[] {
  const all = [...points, ...failures].map(({ n, k }): [string, Shape] => [`${n}x${k}`, { n, k }]);
  return [...new Map(all).values()];
}

export function findPoint(
  { points }: BalanceFile,
  rows: RowDistribution,
  { n, k }: Shape,
  decomposition: string,
): BalancePoint | undefined {
  return points.find(
    (one) => one.rows === rows && one.n === n && one.k === k && one.decomposition === decomposition,
  );
}

/** The fastest decomposition but those left out. */
export function fastestOf(
  { points }: BalanceFile,
  rows: RowDistribution,
  { n, k }: Shape,
  without: readonly string[] = [],
): BalancePoint | undefined {
  return points
    .filter((one) => one.rows === rows && one.n === n && one.k === k)
    .filter(({ decomposition }) => !without.includes(decomposition))
    .sort((a, b) => a.medianUs - b.medianUs)[0];
}

/** How many times as long as task_centric the best other decomposition takes; undefined where either is missing. */
export function taskCentricFactor(
  file: BalanceFile,
  rows: RowDistribution,
  shape: Shape,
): number | undefined {
  const own = findPoint(file, rows, shape, taskCentric);
  const other = fastestOf(file, rows, shape, [taskCentric]);
  return own === undefined || other === undefined ? undefined : other.medianUs / own.medianUs;
}

/** By what fraction skewed rows take longer than even ones. */
export function skewCost(file: BalanceFile, shape: Shape, decomposition: string): number | undefined {
  const even = findPoint(file, 'even', shape, decomposition);
  const skewed = findPoint(file, 'skewed', shape, decomposition);
  return even === undefined || skewed === undefined ? undefined : skewed.medianUs / even.medianUs - 1;
}
