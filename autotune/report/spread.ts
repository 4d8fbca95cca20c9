/** The distribution of trial times of one problem over fixed bins, the same for every problem. */

/** Trials slower than this many times the best are counted in the last bin. */
export const spreadLimit = 8;
/** Bins per doubling of the time. */
const binsPerDoubling = 8;

export const spreadBins = Math.log2(spreadLimit) * binsPerDoubling + 1;

export interface SpreadBin {
  /** Time over the best time: from `low` up to `high`. */
  readonly low: number;
  readonly high: number;
  /** Share of the problem's trials in the bin, 0 to 1. */
  readonly share: number;
}

/** `relative`: times over the best time of their problem, all at least 1. The shares add up to 1. */
export function spreadOf(relative: readonly number[]): SpreadBin[] {
  const counts = new Array<number>(spreadBins).fill(0);
  for (const value of relative) {
    const bin = Math.min(Math.floor(Math.log2(value) * binsPerDoubling), spreadBins - 1);
    counts[bin]! += 1;
  }
  return counts.map((count, bin) => ({
    low: 2 ** (bin / binsPerDoubling),
    high: 2 ** ((bin + 1) / binsPerDoubling),
    share: count / relative.length,
  }));
}
