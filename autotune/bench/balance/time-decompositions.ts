/** The fastest variant of each decomposition on one problem: all briefly, then the best of each that are right at length. */
import { variantName, type Problem, type Variant } from '../../../generator/index.js';
import type { RowDistribution } from '../../../runtime/index.js';
import { groupBy } from '../../report/group-by.js';
import { measuringFailed } from '../our-kernels.js';
import type { Timing } from '../provenance.js';
import type { Session } from '../session.js';
import {
  firstRight,
  readyVariants,
  timeBriefly,
  timeVariants,
  type ReadyVariant,
  type VariantFailure,
  type VariantTime,
} from '../time-variants.js';
import { timesOf } from '../times.js';
import type { BalanceFailure, BalancePoint } from './balance-file.js';

/** Variants of a decomposition that are timed again, in turns with those of the others. */
const finalists = 3;

/** Before it is known which run measured it. */
type TimedPoint = Omit<BalancePoint, 'run'>;

export interface DecompositionTimes {
  readonly points: TimedPoint[];
  readonly failures: BalanceFailure[];
}

/** @throws TuneError, the signal's reason */
export async function timeDecompositions(
  problem: Problem,
  rows: RowDistribution,
  chosen: ReadonlyMap<string, readonly Variant[]>,
  timing: Timing,
  session: Session,
): Promise<DecompositionTimes> {
  const place = { rows, n: problem.n, k: problem.k };
  try {
    const variants = [...chosen.values()].flat();
    const { ready, failures } = await readyVariants(problem, { variants, rows, screened: true }, session);
    const brief = await timeBriefly(ready, timing, session);
    const { right, failures: wrong } = await finalistsOf(brief.timed, session);
    const final = await timeVariants(right, timing, session);
    const reasons = [...final.failures, ...wrong, ...brief.failures, ...failures];
    const results = [...chosen].map(([decomposition, tried]) => {
      const fastest = final.timed.find(({ variant }) => variant.decomposition === decomposition);
      const at = { ...place, decomposition, tried: tried.length };
      if (fastest === undefined) return { ...at, reason: reasonOf(decomposition, reasons) };
      const { us, bytes, variant } = fastest;
      const ofIt = brief.timed.filter((one) => one.variant.decomposition === decomposition).length;
      return { ...at, timed: ofIt, ...timesOf(us), bytes, variant: variantName(variant) };
    });
    return split(results);
  } catch (error) {
    const reason = measuringFailed(error, session);
    const all = [...chosen].map(([decomposition, tried]) => ({
      ...place,
      decomposition,
      tried: tried.length,
      reason,
    }));
    return { points: [], failures: all };
  }
}

/** The few of each decomposition that were fastest, if they are right. */
async function finalistsOf(
  timed: readonly VariantTime[],
  session: Session,
): Promise<{ right: ReadyVariant[]; failures: VariantFailure[] }> {
  const right: ReadyVariant[] = [];
  const failures: VariantFailure[] = [];
  for (const ofIt of groupBy(timed, ({ variant }) => variant.decomposition).values()) {
    const first = await firstRight(ofIt, finalists, session);
    right.push(...first.right);
    failures.push(...first.failures);
  }
  return { right, failures };
}

function reasonOf(decomposition: string, failures: readonly VariantFailure[]): string {
  const own = failures.find(({ variant }) => variant.decomposition === decomposition);
  return own?.reason ?? 'there is no variant of it for this problem';
}

function split(results: readonly (TimedPoint | BalanceFailure)[]): DecompositionTimes {
  const points: TimedPoint[] = [];
  const failures: BalanceFailure[] = [];
  for (const result of results) {
    if ('reason' in result) failures.push(result);
    else points.push(result);
  }
  return { points, failures };
}
