/** What a tuning run tells while it goes on. Also the lines of `--json`, so fields keep their names. */
import type { Problem } from '../../generator/index.js';

export interface WinnerSummary {
  readonly problem: string;
  readonly variant: string;
  readonly n: number;
  readonly k: number;
  readonly m: number;
  readonly bits: Problem['bits'];
  readonly groupSize: Problem['groupSize'];
  /** Absent where each group has its own scale. */
  readonly groupsPerScale?: Problem['groupsPerScale'];
  readonly density: number;
  readonly activation: string;
  readonly medianUs: number;
  readonly intervalUs: readonly [number, number];
  readonly gbPerSecond: number;
  readonly rooflineFraction: number;
  /** null where no dense baseline takes the shape. */
  readonly speedupOverDense: number | null;
  readonly speedupOverDefault: number;
  /** Variants within the noise of the winner, itself not counted. */
  readonly ties: number;
}

export interface RunSummary {
  readonly device: string;
  readonly winners: readonly WinnerSummary[];
  /** Problems that have no winner, and why. */
  readonly failures: readonly { readonly problem: string; readonly message: string }[];
  /** True when the run was ended before all problems were done. */
  readonly interrupted: boolean;
  readonly resultsDirectory: string;
  readonly files: readonly string[];
}

export type TunePhase = 'prepare' | 'seeds' | 'explore' | 'refine' | 'final';

export type TuneEvent =
  | {
      readonly event: 'device';
      readonly id: string;
      readonly name: string;
      readonly processors: number;
      readonly gbPerSecond: number;
      readonly problems: number;
    }
  | {
      readonly event: 'problem';
      readonly problem: string;
      /** 1-based. */
      readonly index: number;
      readonly of: number;
      readonly spaceSize: number;
      readonly rejected: number;
    }
  | {
      readonly event: 'progress';
      readonly problem: string;
      readonly phase: TunePhase;
      readonly step: 'compile' | 'verify' | 'time';
      /** Progress of the step in the batch that is being worked on. */
      readonly stepDone: number;
      readonly stepTotal: number;
      readonly evaluations: number;
      readonly limit: number;
      readonly failed: number;
      readonly bestUs?: number;
      readonly rooflineFraction?: number;
      readonly secondsLeft?: number;
    }
  | { readonly event: 'winner'; readonly winner: WinnerSummary }
  | { readonly event: 'failure'; readonly problem: string; readonly message: string }
  | { readonly event: 'warning'; readonly message: string }
  | { readonly event: 'done'; readonly summary: RunSummary };

/** Shows events to whoever started the run. */
export interface Reporter {
  report(event: TuneEvent): void;
  /** Leaves the terminal as it was. */
  stop(): void;
}

/** Where text goes, e.g. process.stdout. */
export interface Output {
  write(text: string): unknown;
}
