/** What the tuner and its measuring process say to each other. Plain data, sent by structured clone. */
import type { KernelManifest, Problem } from '../../generator/index.js';
import type { DeviceDescription, RowDistribution } from '../../runtime/index.js';

/** A compiled kernel, wherever it comes from. */
export interface Candidate {
  readonly manifest: KernelManifest;
  /** A cubin or shared object. */
  readonly binaryPath: string;
}

export type MeasureInvalidity = 'timeout' | 'runtime' | 'correctness' | 'constraints';

export interface MeasureFailure {
  readonly ok: false;
  readonly invalidity: MeasureInvalidity;
  readonly message: string;
}

export interface VerifySuccess {
  readonly ok: true;
  /** Largest ||y - reference|| / ||reference|| over the cases. */
  readonly relativeError: number;
  readonly cases: number;
}

export type VerifyResult = VerifySuccess | MeasureFailure;

export interface Sample {
  /** Microseconds per launch. */
  readonly us: number;
  /** Clocks right after the sample, where the device tells. */
  readonly smMhz?: number;
  readonly memoryMhz?: number;
}

export interface TimeSuccess {
  readonly ok: true;
  readonly samples: readonly Sample[];
  /** Bytes one launch has to move: packed weights, x, y, bias and residual. */
  readonly bytes: number;
}

export type TimeResult = TimeSuccess | MeasureFailure;

export interface TimingProtocol {
  /** Samples per candidate; candidates take turns, one sample each. */
  readonly samples: number;
  /** cold: weights rotate through copies that exceed the last-level cache threefold. hot: one copy. */
  readonly cache: 'cold' | 'hot';
  /** Least length of a sample in microseconds; a graph holds as many launches as that takes. */
  readonly sampleUs: number;
}

/** A problem and how its data is drawn. */
export interface PreparedProblem {
  readonly problem: Problem;
  readonly seed: number;
  /** How the surviving groups spread over the rows. */
  readonly rows: RowDistribution;
}

export type MeasureRequest =
  | { readonly kind: 'open'; readonly device: string }
  | { readonly kind: 'bandwidth' }
  | ({ readonly kind: 'prepare' } & PreparedProblem)
  | { readonly kind: 'verify'; readonly candidate: Candidate }
  | { readonly kind: 'time'; readonly candidates: readonly Candidate[]; readonly protocol: TimingProtocol };

export interface MeasureAnswers {
  readonly open: DeviceDescription;
  /** Bytes per second. */
  readonly bandwidth: number;
  readonly prepare: undefined;
  readonly verify: VerifyResult;
  readonly time: readonly TimeResult[];
}

export type ChildMessage =
  /** Work goes on; `candidate` is the index of the one that runs from now on. */
  | { readonly kind: 'alive'; readonly candidate: number }
  | { readonly kind: 'answer'; readonly value: unknown }
  /** A candidate broke something. The device may be in a bad state, so the process ends after this message. */
  | { readonly kind: 'broken'; readonly candidate: number; readonly message: string }
  /** The request itself failed, not a candidate. */
  | { readonly kind: 'error'; readonly message: string };
