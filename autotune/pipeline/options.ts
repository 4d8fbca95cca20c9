/** What a tuning run is asked to do. */
import type { Problem } from '../../generator/index.js';
import type { RowDistribution } from '../../runtime/index.js';
import type { Restrictions } from '../restrict.js';
import type { Strategy } from '../search/index.js';
import type { Budget } from './budget.js';

export interface TuneOptions {
  /** 'cuda:0', 'cpu', ... */
  readonly device: string;
  readonly problems: readonly Problem[];
  readonly strategy: Strategy;
  /** Only variants with these values are searched. */
  readonly restrictions?: Restrictions;
  readonly budget: Budget;
  /** Compilations at a time; one per core unless given. */
  readonly jobs?: number;
  readonly seed: number;
  /** How the surviving groups of the random weights spread over the rows. */
  readonly rows: RowDistribution;
  readonly resume: boolean;
  /** Folder of the results; results/<device> unless given. */
  readonly out?: string;
  /** Weights may stay in the last-level cache. */
  readonly hot: boolean;
  /** Least length of a sample in microseconds. */
  readonly sampleUs: number;
  /** The command line, for provenance. */
  readonly command: string;
}

const evaluationsUnlessGiven = 200;

/** Most evaluations per problem; undefined for a search that visits every point. */
export function evaluationLimit({ budget, strategy }: TuneOptions): number | undefined {
  return budget.evaluations ?? (strategy === 'exhaustive' ? undefined : evaluationsUnlessGiven);
}
