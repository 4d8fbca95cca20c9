/** Time against density: a panel per shape and kind of x, in it a line per group size. */
import { groupBy } from '../../report/group-by.js';
import type { DensityFile, DensityPoint } from './density-file.js';

export interface DensityLine {
  readonly groupSize: number;
  /** From the lowest density to the highest. */
  readonly points: readonly DensityPoint[];
}

export interface DensityPanel {
  readonly n: number;
  readonly k: number;
  readonly activation: DensityPoint['activation'];
  /** undefined where the dense baseline was not timed. */
  readonly denseUs: number | undefined;
  readonly lines: readonly DensityLine[];
}

/** In the order of their first points; lines by group size. */
export function panelsOf(file: DensityFile): DensityPanel[] {
  const panels = groupBy(file.points, ({ n, k, activation }) => `${n}x${k} ${activation}`);
  return [...panels.values()].map((points) => {
    const { n, k, activation } = points[0]!;
    const dense = file.dense.find((one) => one.n === n && one.k === k);
    return { n, k, activation, denseUs: dense?.medianUs, lines: linesOf(points) };
  });
}

function linesOf(points: readonly DensityPoint[]): DensityLine[] {
  return [...groupBy(points, ({ groupSize }) => groupSize)]
    .sort(([a], [b]) => a - b)
    .map(([groupSize, line]) => ({
      groupSize,
      points: [...line].sort((a, b) => a.density - b.density),
    }));
}

export interface DensityStep {
  readonly from: DensityPoint;
  /** At the next lower density that was measured. */
  readonly to: DensityPoint;
}

/** Steps from one density down to the next at which the time does not fall, from the highest density on. */
export function risingSteps({ points }: DensityLine): DensityStep[] {
  const steps = points.slice(1).map((from, i): DensityStep => ({ from, to: points[i]! }));
  return steps.filter(({ from, to }) => to.medianUs >= from.medianUs).reverse();
}
