/** What the measurements say of the paper's claim for the task-centric decomposition, in one paragraph. */
import { geometricMean, max, min } from 'simple-statistics';
import type { RowDistribution } from '../../../runtime/index.js';
import { ratio } from '../../report/index.js';
import type { BalanceFile } from './balance-file.js';
import { rowsOf, shapesOf, taskCentric, taskCentricFactor } from './balance-tables.js';

/** How many times as fast the paper says that task-centric work is. */
const claim = { least: 1.3, most: 1.5 } as const;

interface Factors {
  readonly rows: RowDistribution;
  readonly values: readonly number[];
  readonly mean: number;
}

export function claimText(file: BalanceFile): string {
  const all = rowsOf(file).flatMap((rows): Factors[] => {
    const values = shapesOf(file).flatMap((shape) => taskCentricFactor(file, rows, shape) ?? []);
    return values.length === 0 ? [] : [{ rows, values, mean: geometricMean(values) }];
  });
  if (all.length === 0) {
    return `Nothing can be said of ${taskCentric}: there is no problem on which it and another decomposition were measured.`;
  }
  return [...all.map(rangeText), claimVerdict(all)].join(' ');
}

function rangeText({ rows, values, mean }: Factors): string {
  const [least, most] = [ratio(min([...values])), ratio(max([...values]))];
  const range = least === most ? least : `${least} to ${most}`;
  const shapes = values.length === 1 ? 'one shape' : `${values.length} shapes`;
  return `With ${rows} rows the best other decomposition takes ${range} as long as ${taskCentric} (geometric mean ${ratio(mean)} over ${shapes}).`;
}

function claimVerdict(all: readonly Factors[]): string {
  const verdicts = all.map(({ rows, mean }) => `${ratio(mean)} with ${rows} rows, ${position(mean)}`);
  const values = all.flatMap((one) => one.values);
  const reached = values.filter((value) => value >= claim.least).length;
  const fastest = values.filter((value) => value > 1).length;
  const problems = values.length === 1 ? 'one problem' : `${values.length} problems`;
  return `The GQSA paper claims that task-centric work is ${claim.least} to ${claim.most} times as fast; the means here are ${verdicts.join('; ')}. Of ${problems}, ${taskCentric} is the fastest on ${fastest}, and at least ${claim.least} times as fast as any other on ${reached}.`;
}

function position(mean: number): string {
  if (mean < 1) return `where ${taskCentric} is the slower one`;
  if (mean < claim.least) return 'below the claim';
  return mean > claim.most ? 'above the claim' : 'within the claim';
}
