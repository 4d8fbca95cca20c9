/** Our side of a comparison: for each problem the fastest of its winner, the default and the known-good variants. */
import {
  defaultVariant,
  denseVariant,
  rejectionReason,
  seedVariants,
  variantName,
  type Problem,
  type Variant,
} from '../../generator/index.js';
import { resolveVariant, type RowDistribution } from '../../runtime/index.js';
import { MeasureError } from '../measure/error.js';
import type { Timing } from './provenance.js';
import type { Session } from './session.js';
import { firstRight, readyVariants, timeBriefly, timeVariants, type VariantTime } from './time-variants.js';

/** Variants that are verified and timed at length. */
const finalists = 3;

export interface OurOptions {
  /** Folder with winners.json; it need not be there. */
  readonly results: string;
  readonly rows: RowDistribution;
  readonly timing: Timing;
}

/** The fastest, or why there is none. */
export type OurTime = ({ readonly ok: true } & VariantTime) | { readonly ok: false; readonly reason: string };

/** @throws TuneError, WinnersError, the signal's reason */
export async function timeOurs(problem: Problem, options: OurOptions, session: Session): Promise<OurTime> {
  const { target } = session.device;
  const { variant } = await resolveVariant(problem, target, options.results);
  const known = [variant, defaultVariant(problem, target), ...seedVariants(problem, target)];
  return fastest(problem, uniqueVariants(known), options, session);
}

/** The dense baseline. @throws TuneError, the signal's reason */
export async function timeDense(problem: Problem, options: OurOptions, session: Session): Promise<OurTime> {
  const { target } = session.device;
  const variant = denseVariant(problem, target);
  const reason = rejectionReason(problem, variant, target);
  if (reason !== undefined) return { ok: false, reason };
  return fastest(problem, [variant], options, session);
}

/** Each variant once, in the order of their first appearance. */
export function uniqueVariants(variants: readonly Variant[]): Variant[] {
  return [...new Map(variants.map((variant) => [variantName(variant), variant])).values()];
}

async function fastest(
  problem: Problem,
  variants: readonly Variant[],
  { rows, timing }: OurOptions,
  session: Session,
): Promise<OurTime> {
  try {
    const choice = { variants, rows, screened: false };
    const { ready, failures } = await readyVariants(problem, choice, session);
    const brief = await timeBriefly(ready, timing, session);
    const { right, failures: wrong } = await firstRight(brief.timed, finalists, session);
    const { timed, failures: untimed } = await timeVariants(right, timing, session);
    const [best] = timed;
    if (best !== undefined) return { ok: true, ...best };
    const reasons = [...untimed, ...wrong, ...brief.failures, ...failures];
    return { ok: false, reason: reasons[0]?.reason ?? 'there is no variant for it' };
  } catch (error) {
    return { ok: false, reason: measuringFailed(error, session) };
  }
}

/** Why one product could not be measured, which costs no other. @throws the signal's reason, any other error */
export function measuringFailed(error: unknown, { signal }: Pick<Session, 'signal'>): string {
  signal.throwIfAborted();
  if (error instanceof MeasureError) return error.message;
  throw error;
}
