/** Our side of a comparison: for each problem the fastest of its winner, the default and the known-good variants. */
import { median } from 'simple-statistics';
import {
  denseVariant,
  rejectionReason,
  seedVariants,
  variantName,
  type Problem,
  type Target,
  type Variant,
} from '../../generator/index.js';
import { resolveVariant, type RowDistribution } from '../../runtime/index.js';
import type { CompilePool } from '../compile/pool.js';
import type { Candidate, TimeResult } from '../measure/protocol.js';
import type { MeasureProcess } from '../measure/supervisor.js';
import { archOf } from '../pipeline/arch.js';
import { failed, measured, type Contest, type ContestResult } from './contest.js';

export interface OurOptions {
  readonly target: Target;
  readonly pool: CompilePool;
  readonly measure: MeasureProcess;
  /** Folder with winners.json; it need not be there. */
  readonly results: string;
  readonly rows: RowDistribution;
  readonly seed: number;
}

/** Seed of the weights and activations that are timed. */
export const benchSeed = 1;

/** @throws MeasureError, WinnersError */
export async function timeOurs(
  contender: string,
  problem: Problem,
  contest: Contest,
  options: OurOptions,
): Promise<ContestResult> {
  const { target } = options;
  const { variant } = await resolveVariant(problem, target, options.results);
  const variants = unique([variant, ...seedVariants(problem, target)]);
  return fastest(contender, problem, variants, contest, options);
}

/** The dense float16 baseline. @throws MeasureError */
export async function timeDense(
  contender: string,
  problem: Problem,
  contest: Contest,
  options: OurOptions,
): Promise<ContestResult> {
  const variant = denseVariant(problem, options.target);
  const { n, k, m } = problem;
  const reason = rejectionReason(problem, variant, options.target);
  if (reason !== undefined) return failed(contender, reason, { n, k, m });
  return fastest(contender, problem, [variant], contest, options);
}

async function fastest(
  contender: string,
  problem: Problem,
  variants: readonly Variant[],
  contest: Contest,
  { target, pool, measure, rows, seed }: OurOptions,
): Promise<ContestResult> {
  const { n, k, m } = problem;
  const tasks = variants.map((variant) => ({ traits: problem, variant, arch: archOf(variant, target) }));
  const compiled = await pool.compile(tasks);
  await measure.prepare({ problem, seed, rows });
  const candidates: Candidate[] = [];
  const reasons: string[] = [];
  for (const result of compiled) {
    if (result.kind !== 'compiled') {
      reasons.push('message' in result ? result.message : result.kind);
      continue;
    }
    const verified = await measure.verify(result);
    if (verified.ok) candidates.push(result);
    else reasons.push(verified.message);
  }
  const { samples, sampleUs } = contest;
  const times = await measure.time(candidates, { samples, sampleUs, cache: 'cold' });
  const best = [...times.entries()].filter(isTimed).sort(([, a], [, b]) => medianUs(a) - medianUs(b))[0];
  if (best === undefined) return failed(contender, reasons[0] ?? 'no variant was timed', { n, k, m });
  const [index, { samples: taken, bytes }] = best;
  const variant = variantName(candidates[index]!.manifest.variant);
  const us = taken.map((sample) => sample.us);
  return measured({ contender, n, k, m }, us, { bytes, variant });
}

type Timed = Extract<TimeResult, { ok: true }>;

function isTimed(entry: [number, TimeResult]): entry is [number, Timed] {
  return entry[1].ok;
}

function medianUs({ samples }: Timed): number {
  return median(samples.map(({ us }) => us));
}

function unique(variants: readonly Variant[]): Variant[] {
  return [...new Map(variants.map((variant) => [variantName(variant), variant])).values()];
}
