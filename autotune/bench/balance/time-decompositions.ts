/** The fastest variant of each decomposition on one problem: all briefly, then the best of each at length. */
import { variantName, type Problem, type Variant } from '../../../generator/index.js';
import type { RowDistribution } from '../../../runtime/index.js';
import { groupBy } from '../../report/group-by.js';
import { measuringFailed } from '../our-kernels.js';
import type { Timing } from '../provenance.js';
import type { Session } from '../session.js';
import { readyVariants, timeVariants, type ReadyVariant, type VariantFailure } from '../time-variants.js';
import { timesOf } from '../times.js';
import type { BalanceFailure, BalancePoint } from './balance-file.js';

/** Samples of the first timing. */
const briefSamples = 3;
/** Variants of a decomposition that are timed again, in turns with those of the others. */
const finalists = 3;
/** Timed in turns; their weights are on the device together. */
const batchSize = 8;

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
    const { best, timed, untimed } = await preselect(ready, timing, session);
    const final = await timeVariants(best, timing, session);
    const reasons = [...final.failures, ...untimed, ...failures];
    const results = [...chosen].map(([decomposition, tried]) => {
      const fastest = final.timed.find(({ variant }) => variant.decomposition === decomposition);
      const at = { ...place, decomposition, tried: tried.length };
      if (fastest === undefined) return { ...at, reason: reasonOf(decomposition, reasons) };
      const { us, bytes, variant } = fastest;
      const ofIt = timed.filter((one) => one.variant.decomposition === decomposition).length;
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

/** The few of each decomposition that are fastest in a brief timing. */
async function preselect(
  ready: readonly ReadyVariant[],
  { sampleUs }: Timing,
  session: Session,
): Promise<{ best: ReadyVariant[]; timed: ReadyVariant[]; untimed: VariantFailure[] }> {
  const brief = { samples: briefSamples, sampleUs };
  const timed = [];
  const untimed = [];
  for (let at = 0; at < ready.length; at += batchSize) {
    session.signal.throwIfAborted();
    const batch = await timeVariants(ready.slice(at, at + batchSize), brief, session);
    timed.push(...batch.timed);
    untimed.push(...batch.failures);
  }
  timed.sort((a, b) => a.medianUs - b.medianUs);
  const decompositions = groupBy(timed, ({ variant }) => variant.decomposition);
  return { best: [...decompositions.values()].flatMap((all) => all.slice(0, finalists)), timed, untimed };
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
