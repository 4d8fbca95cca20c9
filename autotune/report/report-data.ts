/** What a report shows, as plain data: everything that the charts and tables need and nothing else. */
import type { Problem } from '../../generator/index.js';

/** The parameters of a variant by name, as they stand in the search space. */
export type Configuration = Readonly<Record<string, string | number | boolean>>;

/** A trial that was verified and timed. */
export interface TimedTrial {
  readonly name: string;
  readonly configuration: Configuration;
  readonly medianUs: number;
}

/** Trials that gave no time, counted by why. */
export interface FailureCount {
  /** T4's invalidity: constraints, compile, runtime, timeout or correctness. */
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
  /** Variant of the first such trial. */
  readonly example: string;
}

export interface ReportedWinner {
  readonly name: string;
  readonly medianUs: number;
  readonly intervalUs: readonly [number, number];
  readonly gbPerSecond: number;
  /** Fraction of the measured bandwidth. */
  readonly rooflineFraction: number;
  /** null where no dense baseline takes the shape. */
  readonly speedupOverDense: number | null;
  readonly speedupOverDefault: number;
  /** Names of the other variants that cannot be told from the winner within the noise. */
  readonly tie: readonly string[];
}

export interface ReportedProblem {
  readonly problem: Problem;
  readonly winner: ReportedWinner;
  readonly defaultUs: number;
  readonly denseUs: number | null;
  /** Variants in the search space, timed or not. */
  readonly spaceSize: number;
  /** Timed trials of the search space, fastest first; the dense baseline is not one of them. */
  readonly trials: readonly TimedTrial[];
}

/** One tuning run and how it measured. */
export interface ReportedRun {
  /** Label and value of each fact, in the order they are shown. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** The command that makes these results again. */
  readonly command: string;
  /** Problems whose winner this run measured. */
  readonly problems: number;
}

export interface ReportData {
  /** As people call it. */
  readonly device: string;
  /** The latest run first; at least one. */
  readonly runs: readonly ReportedRun[];
  /** Memory bandwidth that the latest run measured, GB/s. */
  readonly rooflineGbPerSecond: number;
  readonly problems: readonly ReportedProblem[];
  /** The most frequent first. */
  readonly failures: readonly FailureCount[];
}
