/** How the format of weights is written in tables, charts and names. */
import type { Problem } from '../generator/index.js';

/** `W4 G16`; where groups share a scale, `W4 G16, scale per 2 groups`. */
export function weightFormat(weights: Pick<Problem, 'bits' | 'groupSize' | 'groupsPerScale'>): string {
  const { bits, groupSize, groupsPerScale = 1 } = weights;
  const format = `W${bits} G${groupSize}`;
  return groupsPerScale === 1 ? format : `${format}, scale per ${groupsPerScale} groups`;
}
