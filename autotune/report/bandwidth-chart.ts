/** Picture: bytes a winner moves per second against the bandwidth measured on the device. */
import type { TopLevelSpec } from 'vega-lite';
import { gigabytes, percent } from './labels.js';
import { problemBars } from './problem-bars.js';
import type { ReportData } from './report-data.js';

export function bandwidthChart(data: ReportData): TopLevelSpec {
  return problemBars(data, {
    title: 'Achieved bandwidth against the measured roofline',
    subtitle: [
      data.device,
      `Rows: output × input channels. Dashed line: ${gigabytes(data.rooflineGbPerSecond)} GB/s, measured on this device.`,
    ],
    axis: 'GB/s',
    line: data.rooflineGbPerSecond,
    value: ({ gbPerSecond }) => gbPerSecond,
    label: ({ gbPerSecond, rooflineFraction }) => `${gigabytes(gbPerSecond)} (${percent(rooflineFraction)})`,
  });
}
