/** What bounds a kernel, told from its counters by rules that are stated in the page. */
import { readyStates, type StallReason } from './ncu-metrics.js';
import type { Profiled } from './profile-file.js';

/** A unit that is in use for this share of a launch bounds it; from `nearBound` on, it is what comes nearest. */
export const firmBound = 0.8;
export const nearBound = 0.6;

export type Unit = 'memory' | 'issue' | 'shared memory';

/** Share of the time that a launch takes in graphs for which a unit is in use; missing where it was not counted. */
export type Use = Readonly<Record<'memory', number>> & Partial<Readonly<Record<Unit, number>>>;

const schedulersPerSm = 4;

/**
 * Of the launch as `winners.json` times it: under ncu it takes longer, but executes the same. Where the SM clock is not
 * known, the share of cycles under ncu.
 */
export function useOf(profiled: Profiled): Use {
  const { rooflineFraction, medianUs, processors, smMhz, counters } = profiled;
  const cycles = smMhz === null ? undefined : medianUs * smMhz * processors;
  const { instructions, issuePercent, dataPipePercent } = counters;
  const wavefronts = counters.dataWavefronts ?? counters.sharedWavefronts;
  const issue = ratio(instructions, cycles && schedulersPerSm * cycles) ?? ratio(issuePercent, 100);
  const shared = ratio(wavefronts, cycles) ?? ratio(dataPipePercent, 100);
  return {
    memory: rooflineFraction,
    ...(issue === undefined ? {} : { issue }),
    ...(shared === undefined ? {} : { 'shared memory': shared }),
  };
}

export type Bound =
  | { readonly kind: 'firm' | 'near'; readonly unit: Unit }
  /** No unit is in use for long: waiting, and the ramp of a launch. */
  | { readonly kind: 'latency' };

/** By the unit that is in use the longest; of equal ones by the first of memory, issue and shared memory. */
export function boundOf(profiled: Profiled): Bound {
  const [[unit, share]] = Object.entries(useOf(profiled)).sort(([, a], [, b]) => b - a) as [[Unit, number]];
  if (share < nearBound) return { kind: 'latency' };
  return { kind: share < firmBound ? 'near' : 'firm', unit };
}

/** The reason that most warps wait for, and its share of all waiting. Being ready while another warp issues is no wait. */
export function topStall({ stalls }: Profiled): { reason: StallReason; share: number } | undefined {
  const all = Object.entries(stalls) as [StallReason, number][];
  const waits = all.filter(([reason]) => !readyStates.has(reason)).sort(([, a], [, b]) => b - a);
  const total = waits.reduce((sum, [, warps]) => sum + warps, 0);
  const [top] = waits;
  return top === undefined || total === 0 ? undefined : { reason: top[0], share: top[1] / total };
}

/** Passes through shared memory per load instruction of a warp: 1 where nothing conflicts and no lane reads 8 bytes. */
export function wavefrontsPerLoad({ counters }: Profiled): number | undefined {
  return ratio(counters.sharedLoadWavefronts, counters.sharedLoads);
}

/** What keeps more CTAs from an SM, and how many fit. */
export function occupancyLimit({ counters }: Profiled): { ctas: number; by: string } | undefined {
  const limits = [
    ['registers', counters.ctasByRegisters],
    ['shared memory', counters.ctasBySharedMemory],
    ['warps', counters.ctasByWarps],
    ['CTA slots', counters.ctasByBlocks],
  ] as const;
  const known = limits.flatMap(([by, ctas]) => (ctas === undefined ? [] : [{ by, ctas }]));
  return known.sort((a, b) => a.ctas - b.ctas)[0];
}

function ratio(value: number | undefined, of: number | undefined): number | undefined {
  return value === undefined || of === undefined || of === 0 ? undefined : value / of;
}
