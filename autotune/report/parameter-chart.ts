/** Picture: what each parameter of the search space is worth. */
import type { TopLevelSpec } from 'vega-lite';
import { rounded } from './labels.js';
import type { ParameterWorth } from './parameter-worth.js';
import { palette } from './render-svg.js';
import type { ReportData } from './report-data.js';
import { pixelY, rowChart, type Layer } from './row-chart.js';
import { RowStack } from './row-layout.js';

/** Times beyond this many times the best are drawn at the edge. */
const limit = 8;
const legend = { best: 'best reached with this value', median: 'median of its trials' } as const;
const names = Object.values(legend);

export function parameterChart(data: ReportData, worth: readonly ParameterWorth[]): TopLevelSpec {
  const stack = new RowStack();
  const values = [];
  for (const { parameter, values: tried } of worth) {
    stack.add(parameter, 28, { heading: true });
    for (const { value, best, median } of tried) {
      const row = stack.add(value, 18);
      const middle = row.top + row.height / 2;
      const [low, high] = [rounded(Math.min(best, limit)), rounded(Math.min(median, limit))];
      values.push({ low, high, middle });
      values.push({ what: legend.median, at: high, middle }, { what: legend.best, at: low, middle });
    }
  }
  return rowChart({
    title: 'What each parameter is worth',
    subtitle: [data.device, 'One parameter fixed to the value, all others free; all problems together.'],
    stack,
    values,
    width: 560,
    right: 40,
    legend: true,
    layers: layers(stack, Math.max(...values.map(({ high }) => high ?? 1), 1.25)),
  });
}

function layers(stack: RowStack, most: number): Layer[] {
  const y = pixelY(stack)('middle');
  const x = {
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, domain: [0.98, most * 1.03], nice: false },
    axis: {
      values: [1, 1.1, 1.2, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 6, limit],
      labelExpr: `(datum.value == ${limit} ? '≥ ' : '') + datum.value + '×'`,
    },
    title: 'time over the best time of the problem (log scale, left is better)',
  };
  const channel = { field: 'what', type: 'nominal' as const, title: null };
  return [
    {
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'rule', color: '#bbbbbb', strokeWidth: 2 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      transform: [{ filter: 'isValid(datum.at)' }],
      mark: { type: 'point', filled: true, opacity: 1, size: 70 },
      encoding: {
        y,
        x: { ...x, field: 'at' },
        color: { ...channel, scale: { domain: names, range: [palette.blue, palette.orange] } },
        shape: { ...channel, scale: { domain: names, range: ['circle', 'square'] } },
      },
    },
  ];
}
