/** The fastest of a set of variants of one problem: all are timed briefly, the few that may win are verified and timed at length. */
import { median } from 'simple-statistics';
import type { Problem, Target, Variant } from '../../generator/index.js';
import type { RowDistribution } from '../../runtime/index.js';
import { gateByClock } from '../clock-gate.js';
import type { CompileResult } from '../compile/task.js';
import type { Candidate } from '../measure/protocol.js';
import { archOf } from '../pipeline/arch.js';
import { TuneError } from '../pipeline/error.js';
import { screenReason } from '../screen.js';
import { benchSeed, type Timing } from './provenance.js';
import type { Session } from './session.js';

/** A variant that compiled. */
export interface ReadyVariant {
  readonly variant: Variant;
  readonly candidate: Candidate;
}

export interface VariantTime extends ReadyVariant {
  /** Of one launch, per sample. */
  readonly us: readonly number[];
  readonly medianUs: number;
  /** Bytes one launch has to move. */
  readonly bytes: number;
}

export interface VariantFailure {
  readonly variant: Variant;
  readonly reason: string;
}

export interface VariantChoice {
  readonly variants: readonly Variant[];
  readonly rows: RowDistribution;
  /** Whether what the compiler says of spills and occupancy is enough to leave a variant out. */
  readonly screened: boolean;
}

/** Samples of the brief timing. */
const briefSamples = 3;
/** Timed in turns; their weights are on the device together. */
const batchSize = 8;

/** Those that compile; the problem is prepared for timing them. @throws TuneError, MeasureError, the signal's reason */
export async function readyVariants(
  problem: Problem,
  { variants, rows, screened }: VariantChoice,
  { device, pool, measure, signal }: Session,
): Promise<{ ready: ReadyVariant[]; failures: VariantFailure[] }> {
  const { target } = device;
  const tasks = variants.map((variant) => ({ traits: problem, variant, arch: archOf(variant, target) }));
  const compiled = await pool.compile(tasks);
  signal.throwIfAborted();
  await measure.prepare({ problem, seed: benchSeed, rows });
  const ready: ReadyVariant[] = [];
  const failures: VariantFailure[] = [];
  for (const [i, result] of compiled.entries()) {
    const variant = variants[i]!;
    const candidate = candidateOf(result, problem, target, screened);
    if ('reason' in candidate) {
      failures.push({ variant, ...candidate });
      continue;
    }
    ready.push({ variant, candidate });
  }
  return { ready, failures };
}

/** The first `count` that are right. @throws MeasureError, the signal's reason */
export async function firstRight(
  variants: readonly ReadyVariant[],
  count: number,
  { measure, signal }: Session,
): Promise<{ right: ReadyVariant[]; failures: VariantFailure[] }> {
  const right: ReadyVariant[] = [];
  const failures: VariantFailure[] = [];
  for (const one of variants) {
    if (right.length === count) break;
    signal.throwIfAborted();
    const verified = await measure.verify(one.candidate);
    if (verified.ok) right.push(one);
    else failures.push({ variant: one.variant, reason: verified.message });
  }
  return { right, failures };
}

/** A few samples of each; the fastest first. @throws MeasureError, the signal's reason */
export async function timeBriefly(
  ready: readonly ReadyVariant[],
  { sampleUs }: Timing,
  session: Session,
): Promise<{ timed: VariantTime[]; failures: VariantFailure[] }> {
  const timed: VariantTime[] = [];
  const failures: VariantFailure[] = [];
  for (let at = 0; at < ready.length; at += batchSize) {
    session.signal.throwIfAborted();
    const brief = { samples: briefSamples, sampleUs };
    const batch = await timeVariants(ready.slice(at, at + batchSize), brief, session);
    timed.push(...batch.timed);
    failures.push(...batch.failures);
  }
  return { timed: timed.sort((a, b) => a.medianUs - b.medianUs), failures };
}

function candidateOf(
  result: CompileResult,
  { n, k, density, groupSize }: Problem,
  target: Target,
  screened: boolean,
): Candidate | { readonly reason: string } {
  switch (result.kind) {
    case 'compiled': {
      const { manifest, resources, binaryPath } = result;
      const groups = Math.round((n * k * density) / groupSize);
      const reason = screened ? screenReason(manifest, resources, { n, k, groups }, target) : undefined;
      return reason === undefined ? { manifest, binaryPath } : { reason };
    }
    case 'failed':
      return { reason: result.message };
    case 'broken':
      throw new TuneError(result.message);
    case 'aborted':
      throw new TuneError('compiling was ended');
  }
}

/** In turns; the fastest first, without the samples taken while the clock was throttled. @throws MeasureError */
export async function timeVariants(
  ready: readonly ReadyVariant[],
  timing: Timing,
  { measure, clocks }: Session,
): Promise<{ timed: VariantTime[]; failures: VariantFailure[] }> {
  const candidates = ready.map(({ candidate }) => candidate);
  const results = await measure.time(candidates, { ...timing, cache: 'cold' });
  const timed: VariantTime[] = [];
  const failures: VariantFailure[] = [];
  for (const [i, result] of results.entries()) {
    const one = ready[i]!;
    if (!result.ok) {
      failures.push({ variant: one.variant, reason: result.message });
      continue;
    }
    clocks.add(result.samples);
    const us = gateByClock(result.samples).kept.map((sample) => sample.us);
    timed.push({ ...one, us, medianUs: median(us), bytes: result.bytes });
  }
  return { timed: timed.sort((a, b) => a.medianUs - b.medianUs), failures };
}
