/** The colour of a density: light to dark as it grows, distinct in grey too. */
import type { ReportData } from './report-data.js';

/** From ColorBrewer's Blues, which people with any colour vision can order. */
const blues = [
  [158, 202, 225],
  [66, 146, 198],
  [8, 81, 156],
] as const;

/** The colour channel of a field `density`, with its legend. */
export function densityColor(data: ReportData) {
  const densities = [...new Set(data.problems.map(({ problem }) => problem.density))].sort((a, b) => a - b);
  const last = densities.length - 1;
  const range = densities.map((_, index) => blue(last === 0 ? 1 : (2 * index) / last));
  const domain = densities.map(String);
  return {
    field: 'density',
    type: 'nominal' as const,
    title: 'density (fraction of groups kept)',
    scale: { domain, range },
  };
}

/** `position` from 0 (light) to 2 (dark), mixed between the two nearest of the three blues. */
function blue(position: number): string {
  const low = position < 1 ? 0 : 1;
  const channels = [0, 1, 2].map((channel) => {
    const from = blues[low][channel]!;
    const to = blues[low + 1]![channel]!;
    return Math.round(from + (to - from) * (position - low));
  });
  return `rgb(${channels.join(', ')})`;
}
