/** The last word on a problem: finalists, incumbent, default and dense baseline on fresh data, interleaved, for longer. */
import { median } from 'simple-statistics';
import {
  defaultVariant,
  denseVariant,
  generate,
  rejectionReason,
  type Problem,
  type Target,
  type Variant,
} from '../../generator/index.js';
import type { RowDistribution } from '../../runtime/index.js';
import { gateByClock } from '../clock-gate.js';
import { isSettled } from '../comparison.js';
import type { Candidate, TimeResult, TimingProtocol } from '../measure/protocol.js';
import type { MeasureProcess } from '../measure/supervisor.js';
import { archOf } from './arch.js';
import { ProblemFailed } from './error.js';
import type { ProblemEvaluator } from './evaluator.js';

/** Samples per round, and rounds at most; it ends earlier when more would change nothing. */
export const finalSamples = 31;
const mostRounds = 3;

export interface Finalist {
  readonly variant: Variant;
  readonly name: string;
  readonly hash: string;
  /** Microseconds, those that the clock gate let pass. */
  readonly samples: readonly number[];
  /** Bytes a launch moves. */
  readonly bytes: number;
  /** Median clocks while it was timed. */
  readonly smMhz: number | undefined;
  readonly memoryMhz: number | undefined;
}

export interface FinalResult {
  readonly finalists: readonly Finalist[];
  readonly defaultHash: string;
  /** null where no dense baseline takes the shape. */
  readonly denseUs: number | null;
  /** What finalists failed with, by variant name. */
  readonly dropped: ReadonlyMap<string, string>;
}

export interface FinalInput {
  readonly problem: Problem;
  readonly target: Target;
  /** Best variants of the search, best first. */
  readonly best: readonly Variant[];
  readonly incumbent: Variant | undefined;
  readonly evaluator: ProblemEvaluator;
  /** The problem of the dense baseline and what compiles it; undefined where there is none. */
  readonly dense: { readonly problem: Problem; readonly evaluator: ProblemEvaluator } | undefined;
  /** True once the time of this problem is up; no further round begins then. */
  readonly timeIsUp: () => boolean;
  readonly measure: MeasureProcess;
  readonly protocol: Omit<TimingProtocol, 'samples'>;
  /** Data other than the search has seen. */
  readonly seed: number;
  readonly rows: RowDistribution;
  readonly signal: AbortSignal;
  readonly onStep: (step: 'verify' | 'time', done: number, total: number) => void;
}

/**
 * The problem whose dense baseline is compared with: float x where the baseline takes no int8. Undefined where it takes
 * neither: on GPUs rows are read in vectors, so that k has to be a multiple of 8.
 */
export function denseProblem(problem: Problem, target: Target): Problem | undefined {
  const float: Problem = {
    ...problem,
    activation: target.kind === 'cuda' ? 'f16' : 'f32',
    output: target.kind === 'cuda' ? 'f16' : 'f32',
  };
  return [problem, float].find(
    (candidate) => rejectionReason(candidate, denseVariant(candidate, target), target) === undefined,
  );
}

/** @throws ProblemFailed when the default variant or a dense baseline fails. */
export async function runFinals(input: FinalInput): Promise<FinalResult> {
  const { problem, target, measure, signal } = input;
  const fallback = defaultVariant(problem, target);
  const defaultHash = hashOf(problem, fallback, target);
  const dropped = new Map<string, string>();
  await measure.prepare({ problem, seed: input.seed, rows: input.rows });
  const entrants = await verified(
    input,
    uniqueVariants(
      [fallback, ...(input.incumbent === undefined ? [] : [input.incumbent]), ...input.best],
      input,
    ),
    dropped,
  );
  const dense = await denseCandidate(input);
  if (!entrants.some(({ candidate }) => candidate.manifest.hash === defaultHash)) {
    throw new ProblemFailed(
      `the default variant failed: ${[...dropped].map(([name, why]) => `${name}: ${why}`).join('; ')}`,
    );
  }
  const timed = await timeRounds(
    input,
    entrants.map(({ candidate }) => candidate),
    dense,
  );
  signal.throwIfAborted();
  const denseUs = dense === undefined ? null : baselineUs(timed.at(-1)!);
  const finalists = entrants.flatMap(({ variant, candidate }, i): Finalist[] => {
    const result = timed[i]!;
    const samples = gated(result);
    const { name, hash } = candidate.manifest;
    if (samples === undefined || !result.ok) {
      dropped.set(name, failureOf(result));
      return [];
    }
    return [
      {
        variant,
        name,
        hash,
        samples: samples.us,
        bytes: result.bytes,
        smMhz: samples.smMhz,
        memoryMhz: samples.memoryMhz,
      },
    ];
  });
  if (!finalists.some(({ hash }) => hash === defaultHash))
    throw new ProblemFailed('the default variant failed when it was timed');
  return { finalists, defaultHash, denseUs, dropped };
}

/** @throws ProblemFailed */
function baselineUs(result: TimeResult): number {
  const samples = gated(result);
  if (samples === undefined) throw new ProblemFailed(`the dense baseline failed: ${failureOf(result)}`);
  return median([...samples.us]);
}

interface Entrant {
  readonly variant: Variant;
  readonly candidate: Candidate;
}

async function verified(
  input: FinalInput,
  variants: readonly Variant[],
  dropped: Map<string, string>,
): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const [i, variant] of variants.entries()) {
    input.signal.throwIfAborted();
    input.onStep('verify', i, variants.length);
    const candidate = await input.evaluator.candidate(variant);
    if ('failure' in candidate) {
      dropped.set(variant.decomposition, candidate.failure);
      continue;
    }
    const result = await input.measure.verify(candidate);
    if (result.ok) entrants.push({ variant, candidate });
    else dropped.set(candidate.manifest.name, result.message);
  }
  return entrants;
}

async function denseCandidate({ target, dense, measure }: FinalInput): Promise<Candidate | undefined> {
  if (dense === undefined) return undefined;
  const candidate = await dense.evaluator.candidate(denseVariant(dense.problem, target));
  if ('failure' in candidate)
    throw new ProblemFailed(`the dense baseline was not compiled: ${candidate.failure}`);
  const result = await measure.verify(candidate);
  if (!result.ok) throw new ProblemFailed(`the dense baseline failed: ${result.message}`);
  return candidate;
}

/**
 * Rounds of samples until the order at the top is settled or the time is up; all samples of a candidate are joined. The
 * dense baseline, whose result is the last, does not compete.
 */
async function timeRounds(
  { measure, protocol, signal, onStep, timeIsUp }: FinalInput,
  entrants: readonly Candidate[],
  dense: Candidate | undefined,
): Promise<TimeResult[]> {
  const candidates = dense === undefined ? entrants : [...entrants, dense];
  let joined: TimeResult[] = [];
  for (let round = 0; round < mostRounds; round++) {
    signal.throwIfAborted();
    onStep('time', round, mostRounds);
    const results = await measure.time(candidates, { ...protocol, samples: finalSamples });
    joined = results.map((result, i) => {
      const before = joined[i];
      if (before?.ok !== true || !result.ok) return before?.ok === false ? before : result;
      return { ...result, samples: [...before.samples, ...result.samples] };
    });
    const competing = joined
      .slice(0, entrants.length)
      .flatMap((result) => (result.ok ? [gateByClock(result.samples).kept.map(({ us }) => us)] : []));
    if (timeIsUp() || (competing.length > 0 && isSettled(competing))) break;
  }
  return joined;
}

interface Gated {
  readonly us: readonly number[];
  readonly smMhz: number | undefined;
  readonly memoryMhz: number | undefined;
}

function gated(result: TimeResult): Gated | undefined {
  if (!result.ok) return undefined;
  const { kept, medianMhz } = gateByClock(result.samples);
  const memory = result.samples.flatMap(({ memoryMhz }) => (memoryMhz === undefined ? [] : [memoryMhz]));
  return {
    us: kept.map(({ us }) => us),
    smMhz: medianMhz,
    memoryMhz: memory.length === 0 ? undefined : median(memory),
  };
}

function failureOf(result: TimeResult): string {
  return result.ok ? 'no sample passed the clock gate' : result.message;
}

function uniqueVariants(variants: readonly Variant[], { problem, target }: FinalInput): Variant[] {
  return [...new Map(variants.map((variant) => [hashOf(problem, variant, target), variant])).values()];
}

function hashOf(problem: Problem, variant: Variant, target: Target): string {
  return generate(problem, variant, archOf(variant, target)).manifest.hash;
}
