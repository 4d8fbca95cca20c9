/** Picture: what each parameter of the search space is worth. */
import type { TopLevelSpec } from 'vega-lite';
import { drawnFactor, factorLayers, type FactorMark } from './factor-dots.js';
import type { ParameterWorth } from './parameter-worth.js';
import { palette } from './render-svg.js';
import type { ReportData } from './report-data.js';
import { rowChart } from './row-chart.js';
import { RowStack } from './row-layout.js';

const legend = { best: 'best reached with this value', median: 'median of its trials' } as const;

export function parameterChart(data: ReportData, worth: readonly ParameterWorth[]): TopLevelSpec {
  const stack = new RowStack();
  const marks: FactorMark[] = [];
  for (const { parameter, values: tried } of worth) {
    stack.add(parameter, 28, { heading: true });
    for (const { value, best, median } of tried) {
      const row = stack.add(value, 18);
      const middle = row.top + row.height / 2;
      const [low, high] = [drawnFactor(best), drawnFactor(median)];
      marks.push({ low, high, middle });
      marks.push({ kind: legend.median, at: high, middle }, { kind: legend.best, at: low, middle });
    }
  }
  return rowChart({
    title: 'What each parameter is worth',
    subtitle: [data.device, 'One parameter fixed to the value, all others free; all problems together.'],
    stack,
    values: marks,
    width: 560,
    right: 40,
    legend: true,
    layers: factorLayers({
      stack,
      marks,
      title: 'time over the best time of the problem',
      kinds: { [legend.best]: [palette.blue, 'circle'], [legend.median]: [palette.orange, 'square'] },
    }),
  });
}
