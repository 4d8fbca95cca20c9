/** How the decompositions compare: the best trial of each, per problem. */
import { geometricMean } from 'simple-statistics';
import type { Problem } from '../../generator/index.js';
import { groupBy } from './group-by.js';
import { compareText } from './labels.js';
import type { ReportedProblem } from './report-data.js';

export interface DecompositionTime {
  readonly decomposition: string;
  /** Shortest median of its trials, in microseconds. */
  readonly bestUs: number;
  /** Over the shortest of all decompositions; 1 is the best. */
  readonly relative: number;
}

export interface ComparedProblem {
  readonly problem: Problem;
  /** At least two, the fastest first. */
  readonly times: readonly DecompositionTime[];
}

/** The problems for which at least two decompositions were timed. */
export function comparedProblems(problems: readonly ReportedProblem[]): ComparedProblem[] {
  return problems.flatMap((reported) => {
    const times = decompositionTimes(reported);
    return times.length < 2 ? [] : [{ problem: reported.problem, times }];
  });
}

function decompositionTimes({ trials }: ReportedProblem): DecompositionTime[] {
  const groups = groupBy(trials, ({ configuration }) => String(configuration['decomposition']));
  const best = [...groups].map(([decomposition, members]) => {
    return { decomposition, bestUs: Math.min(...members.map(({ medianUs }) => medianUs)) };
  });
  const fastest = Math.min(...best.map(({ bestUs }) => bestUs));
  return best
    .map((one) => ({ ...one, relative: one.bestUs / fastest }))
    .sort((a, b) => a.bestUs - b.bestUs || compareText(a.decomposition, b.decomposition));
}

/** Every decomposition that was timed, in a fixed order. */
export function decompositionNames(compared: readonly ComparedProblem[]): string[] {
  const names = compared.flatMap(({ times }) => times.map(({ decomposition }) => decomposition));
  return [...new Set(names)].sort(compareText);
}

/** How many times as long as the fastest decomposition the next one takes. */
export function leadOf({ times }: ComparedProblem): number {
  return times[1]!.relative;
}

/** In how many problems a decomposition is the fastest. */
export function winsOf(compared: readonly ComparedProblem[], decomposition: string): number {
  return compared.filter(({ times }) => times[0]!.decomposition === decomposition).length;
}

export interface FactorRange {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  readonly problems: number;
}

/** Time of a decomposition over the best of the others, over the problems that tried it; undefined where none did. */
export function factorOverOthers(
  compared: readonly ComparedProblem[],
  decomposition: string,
): FactorRange | undefined {
  const factors = compared.flatMap(({ times }) => {
    const own = times.find((time) => time.decomposition === decomposition);
    const other = times.find((time) => time.decomposition !== decomposition);
    return own === undefined || other === undefined ? [] : [own.bestUs / other.bestUs];
  });
  if (factors.length === 0) return undefined;
  const [least, most] = [Math.min(...factors), Math.max(...factors)];
  return { least, most, mean: geometricMean(factors), problems: factors.length };
}
