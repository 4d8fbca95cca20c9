/** What bounds a kernel, told from its counters by rules that are stated in the page. */
import { stallMeanings, type StallReason } from './ncu-metrics.js';
import type { Profiled } from './profile-file.js';

/** Of the measured bandwidth; what is above is bound by memory. */
export const memoryBound = 0.85;
/** Percent of a unit's peak; what is above is bound by the unit. */
export const unitBound = 70;

export type Bound = 'memory' | 'issue' | 'data pipe' | 'latency';

/** In this order: memory, the busier of instruction issue and the data stage of shared memory, else latency. */
export function boundOf({ rooflineFraction, counters }: Profiled): Bound {
  if (rooflineFraction >= memoryBound) return 'memory';
  const { issuePercent = 0, dataPipePercent = 0 } = counters;
  if (Math.max(issuePercent, dataPipePercent) < unitBound) return 'latency';
  return issuePercent >= dataPipePercent ? 'issue' : 'data pipe';
}

/** The reason that most warps wait for, and its share of all waiting. Being ready while another warp issues is no wait. */
export function topStall({ stalls }: Profiled): { reason: StallReason; share: number } | undefined {
  const waits = (Object.entries(stalls) as [StallReason, number][]).filter(
    ([reason]) => reason !== 'not_selected',
  );
  const total = waits.reduce((sum, [, warps]) => sum + warps, 0);
  const [top] = waits.sort(([, a], [, b]) => b - a);
  return top === undefined || total === 0 ? undefined : { reason: top[0], share: top[1] / total };
}

/** One paragraph. */
export function boundText(profiled: Profiled): string {
  const { rooflineFraction, gbPerSecond, medianUs, counters } = profiled;
  const roofline = `${gbPerSecond.toFixed(0)} GB/s, ${percent(100 * rooflineFraction)} of the measured bandwidth, in ${medianUs.toFixed(2)} µs`;
  const units = [
    known(counters.issuePercent, (value) => `schedulers issue in ${percent(value)} of their cycles`),
    known(
      counters.dataPipePercent,
      (value) => `the data stage of shared memory and L1 is busy ${percent(value)} of the time`,
    ),
    known(counters.tensorPercent, (value) => (value < 0.5 ? undefined : `tensor cores ${percent(value)}`)),
  ].filter((text) => text !== undefined);
  const stall = topStall(profiled);
  const waits =
    stall === undefined
      ? ''
      : ` Warps wait most for ${stallMeanings[stall.reason]} (${percent(100 * stall.share)} of all waiting).`;
  return `${reasons[boundOf(profiled)]} It moves ${roofline}; ${units.join(', ') || 'no unit was counted'}.${waits}`;
}

const reasons: Readonly<Record<Bound, string>> = {
  memory: 'Bound by memory bandwidth.',
  issue: 'Bound by instruction issue.',
  'data pipe': 'Bound by shared memory.',
  latency:
    'Bound by latency: no unit is near its peak, so what is missing is the ramp of a launch and too little under way at a time.',
};

function known(value: number | undefined, text: (value: number) => string | undefined): string | undefined {
  return value === undefined ? undefined : text(value);
}

function percent(value: number): string {
  return `${value.toFixed(0)} %`;
}
