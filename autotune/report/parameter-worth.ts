/**
 * What each parameter of the search space is worth: how close to a problem's best time one gets with a value fixed.
 * Times are divided by the best time of their problem, so that problems of all sizes count alike.
 */
import { geometricMean, median } from 'simple-statistics';
import { compareText } from './labels.js';
import type { Configuration, ReportedProblem } from './report-data.js';

export interface ValueWorth {
  readonly parameter: string;
  readonly value: string;
  /** Best time with this value over the best time of all, geometric mean over the problems that tried it; 1 is the best. */
  readonly best: number;
  /** Median time with this value over the best time of all, geometric mean likewise. */
  readonly median: number;
  readonly trials: number;
  readonly problems: number;
}

export interface ParameterWorth {
  readonly parameter: string;
  /** The worst value's `best`: what is lost when the parameter is chosen badly and all others well. */
  readonly spread: number;
  /** In the natural order of the values. */
  readonly values: readonly ValueWorth[];
}

/** The parameters that were tried with at least two values, the one that matters most first. */
export function parameterWorth(problems: readonly ReportedProblem[]): ParameterWorth[] {
  const worth: ParameterWorth[] = [];
  for (const parameter of parameterNames(problems)) {
    const values = valuesOf(problems, parameter).map((value) => valueWorth(problems, parameter, value));
    if (values.length < 2) continue;
    worth.push({ parameter, spread: Math.max(...values.map(({ best }) => best)), values });
  }
  return worth.sort((a, b) => b.spread - a.spread || compareText(a.parameter, b.parameter));
}

function valueWorth(problems: readonly ReportedProblem[], parameter: string, value: string): ValueWorth {
  const bests: number[] = [];
  const medians: number[] = [];
  let count = 0;
  for (const { trials } of problems) {
    const fastest = Math.min(...trials.map(({ medianUs }) => medianUs));
    const times = trials
      .filter(({ configuration }) => valueText(configuration, parameter) === value)
      .map(({ medianUs }) => medianUs / fastest);
    if (times.length === 0) continue;
    bests.push(Math.min(...times));
    medians.push(median(times));
    count += times.length;
  }
  return {
    parameter,
    value,
    best: geometricMean(bests),
    median: geometricMean(medians),
    trials: count,
    problems: bests.length,
  };
}

function parameterNames(problems: readonly ReportedProblem[]): string[] {
  const names = new Set<string>();
  for (const { trials } of problems) {
    for (const { configuration } of trials) for (const name of Object.keys(configuration)) names.add(name);
  }
  return [...names].sort(compareText);
}

function valuesOf(problems: readonly ReportedProblem[], parameter: string): string[] {
  const values = new Set<string>();
  for (const { trials } of problems) {
    for (const { configuration } of trials) {
      const text = valueText(configuration, parameter);
      if (text !== undefined) values.add(text);
    }
  }
  return [...values].sort(compareValues);
}

function valueText(configuration: Configuration, parameter: string): string | undefined {
  const value = configuration[parameter];
  return value === undefined ? undefined : String(value);
}

/** Numbers by size, everything else by text. */
function compareValues(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? compareText(a, b) : difference;
}
