/** Bars of one number per problem: a heading per weight format, a row per shape, a bar per density, a line to compare with. */
import type { TopLevelSpec } from 'vega-lite';
import { densityColor } from './density-color.js';
import { groupBy } from './group-by.js';
import { rounded, seriesLabel, shapeLabel } from './labels.js';
import { palette } from './render-svg.js';
import type { ReportData, ReportedProblem, ReportedWinner } from './report-data.js';
import { pixelY, rowChart } from './row-chart.js';
import { RowStack } from './row-layout.js';

const barHeight = 15;
const width = 560;
/** Pixels that a character of a label takes at most, on average. */
const characterWidth = 7;

export interface ProblemBars {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly axis: string;
  /** Where the dashed line stands, in the unit of the bars. */
  readonly line: number;
  readonly value: (winner: ReportedWinner) => number;
  /** What stands in the column right of the bars. */
  readonly label: (winner: ReportedWinner) => string;
}

export function problemBars(data: ReportData, bars: ProblemBars): TopLevelSpec {
  const { stack, values } = placeBars(data.problems, bars);
  const y = pixelY(stack);
  const most = Math.max(bars.line, ...values.map(({ value }) => value));
  const labelEnd = width + 12 + characterWidth * Math.max(...values.map(({ label }) => label.length));
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    title: bars.axis,
    axis: { format: '~r' },
    scale: { domain: [0, most * 1.02], nice: false },
  };
  return rowChart({
    title: bars.title,
    subtitle: bars.subtitle,
    stack,
    values,
    width,
    right: labelEnd - width + 24,
    legend: true,
    layers: [
      {
        mark: { type: 'rect' },
        encoding: { x, x2: { datum: 0 }, y: y('top'), y2: { field: 'bottom' }, color: densityColor(data) },
      },
      {
        data: { values: [{ line: rounded(bars.line) }] },
        mark: { type: 'rule', color: palette.black, strokeWidth: 1.5, strokeDash: [6, 4] },
        encoding: { x: { ...x, field: 'line' } },
      },
      {
        mark: { type: 'text', align: 'right', baseline: 'middle', fontSize: 12, color: palette.black },
        encoding: { x: { value: labelEnd }, y: y('middle'), text: { field: 'label', type: 'nominal' } },
      },
    ],
  });
}

function placeBars(problems: readonly ReportedProblem[], bars: ProblemBars) {
  const stack = new RowStack();
  const values = [];
  for (const [series, members] of groupBy(problems, ({ problem }) => seriesLabel(problem))) {
    stack.add(series, 28, { heading: true });
    for (const [shape, group] of groupBy(members, ({ problem }) => shapeLabel(problem))) {
      const row = stack.add(shape, barHeight * group.length, { gap: 10 });
      for (const [index, { problem, winner }] of group.entries()) {
        const top = row.top + barHeight * index;
        values.push({
          density: String(problem.density),
          value: rounded(bars.value(winner)),
          label: bars.label(winner),
          top,
          middle: top + barHeight / 2,
          bottom: top + barHeight - 1,
        });
      }
    }
  }
  return { stack, values };
}
