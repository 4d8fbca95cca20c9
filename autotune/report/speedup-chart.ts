/** Picture: how many times faster each winner is than the dense baseline. */
import type { TopLevelSpec } from 'vega-lite';
import { ratio } from './labels.js';
import { problemBars } from './problem-bars.js';
import type { ReportData } from './report-data.js';

export function speedupChart(data: ReportData): TopLevelSpec {
  return problemBars(data, {
    title: 'Speed-up over the dense baseline',
    subtitle: [data.device, 'Rows: output × input channels. Dashed line: the dense baseline.'],
    axis: 'times as fast as the dense baseline',
    line: 1,
    value: ({ speedupOverDense }) => speedupOverDense ?? 0,
    label: ({ speedupOverDense }) => (speedupOverDense === null ? '-' : ratio(speedupOverDense)),
  });
}
