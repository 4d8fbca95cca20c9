/** Picture: how the times of all trials of a problem are distributed, with winner, default and dense baseline marked. */
import type { TopLevelSpec } from 'vega-lite';
import { fastestUs } from './fastest.js';
import { groupBy } from './group-by.js';
import { rounded, seriesLabel, shapeLabel } from './labels.js';
import { palette } from './render-svg.js';
import type { ReportData, ReportedProblem } from './report-data.js';
import { pixelY, rowChart, type Layer } from './row-chart.js';
import { RowStack, type ChartRow } from './row-layout.js';
import { spreadLimit, spreadOf } from './spread.js';

const markNames = ['winner', 'default variant', 'dense baseline'];
const markColors = [palette.orange, palette.green, palette.black];
const markShapes = ['diamond', 'triangle-up', 'square'];

export function spreadChart(data: ReportData): TopLevelSpec {
  const stack = new RowStack();
  const values = [];
  const shown = data.problems.filter(({ trials }) => trials.length > 0);
  for (const [series, members] of groupBy(shown, ({ problem }) => seriesLabel(problem))) {
    stack.add(series, 28, { heading: true });
    for (const problem of members) {
      const row = stack.add(rowLabel(problem), 28, { gap: 6 });
      values.push(...histogram(problem, row), ...marks(problem, row));
    }
  }
  return rowChart({
    title: 'Spread of the search space',
    subtitle: [
      data.device,
      'Bars: how many of the trials took how long, each row to its own scale. In brackets: trials of variants in the space.',
    ],
    stack,
    values,
    width: 520,
    right: 40,
    legend: true,
    layers: [histogramLayer(stack), markLayer(stack)],
  });
}

function rowLabel({ problem, trials, spaceSize }: ReportedProblem): string {
  return `${shapeLabel(problem)} · density ${problem.density} (${trials.length} of ${spaceSize})`;
}

function histogram(problem: ReportedProblem, row: ChartRow) {
  const fastest = fastestUs(problem);
  const bins = spreadOf(problem.trials.map(({ medianUs }) => medianUs / fastest));
  const highest = Math.max(...bins.map(({ share }) => share));
  const bottom = row.top + row.height;
  return bins
    .filter(({ share }) => share > 0)
    .map(({ low, high, share }) => ({
      low: rounded(low),
      high: rounded(high),
      top: rounded(bottom - (row.height * share) / highest, 6),
      bottom,
    }));
}

function marks(problem: ReportedProblem, row: ChartRow) {
  const fastest = fastestUs(problem);
  const times = [problem.winner.medianUs, problem.defaultUs, problem.denseUs];
  return times.flatMap((us, index) => {
    if (us === null) return [];
    const relative = rounded(Math.min(us / fastest, spreadLimit));
    return [{ mark: markNames[index]!, relative, middle: row.top + row.height - 7 }];
  });
}

const timeAxis = {
  type: 'quantitative' as const,
  scale: { type: 'log' as const, base: 2, domain: [0.96, spreadLimit * 1.1], nice: false },
  axis: {
    values: [1, 1.5, 2, 3, 4, 6, spreadLimit],
    labelExpr: `(datum.value == ${spreadLimit} ? '≥ ' : '') + datum.value + '×'`,
  },
  title: 'time over the best time of the problem (log scale, left is better)',
};

function histogramLayer(stack: RowStack): Layer {
  return {
    transform: [{ filter: 'isValid(datum.low)' }],
    mark: { type: 'rect', color: '#9ecae1' },
    encoding: {
      x: { ...timeAxis, field: 'low' },
      x2: { field: 'high' },
      y: pixelY(stack)('top'),
      y2: { field: 'bottom' },
    },
  };
}

function markLayer(stack: RowStack): Layer {
  const channel = { field: 'mark', type: 'nominal' as const, title: null };
  return {
    transform: [{ filter: 'isValid(datum.mark)' }],
    mark: { type: 'point', filled: true, size: 90, opacity: 1, stroke: 'white', strokeWidth: 1 },
    encoding: {
      x: { ...timeAxis, field: 'relative' },
      y: pixelY(stack)('middle'),
      color: { ...channel, scale: { domain: markNames, range: markColors } },
      shape: { ...channel, scale: { domain: markNames, range: markShapes } },
    },
  };
}
