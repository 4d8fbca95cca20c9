/** Throws away samples that were taken while the clock was throttled. */
import { median } from 'simple-statistics';

export interface ClockedSample {
  readonly us: number;
  /** SM clock at the time of the sample in MHz; undefined where the device does not tell. */
  readonly smMhz?: number;
}

export interface GatedSamples {
  readonly kept: readonly ClockedSample[];
  readonly discarded: number;
  /** The run's median clock in MHz, undefined where no sample has one. */
  readonly medianMhz: number | undefined;
}

/** A sample counts when its clock is at least this fraction of the run's median. */
const lowestClock = 0.75;

/** Discards samples whose clock fell below three quarters of the median clock of the run; those without one stay. */
export function gateByClock(samples: readonly ClockedSample[]): GatedSamples {
  const clocks = samples.flatMap(({ smMhz }) => (smMhz === undefined ? [] : [smMhz]));
  if (clocks.length === 0) return { kept: samples, discarded: 0, medianMhz: undefined };
  const medianMhz = median(clocks);
  const kept = samples.filter(({ smMhz }) => smMhz === undefined || smMhz >= lowestClock * medianMhz);
  return { kept, discarded: samples.length - kept.length, medianMhz };
}
