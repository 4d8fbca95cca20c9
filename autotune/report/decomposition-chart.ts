/** Picture: the best time of each decomposition per problem, relative to the best of all. */
import type { TopLevelSpec } from 'vega-lite';
import { comparedProblems, decompositionNames, type ComparedProblem } from './decompositions.js';
import { groupBy } from './group-by.js';
import { rounded, seriesLabel, shapeLabel } from './labels.js';
import { palette } from './render-svg.js';
import type { ReportData } from './report-data.js';
import { pixelY, rowChart, type Layer } from './row-chart.js';
import { RowStack } from './row-layout.js';

/** Times beyond this many times the best are drawn at the edge. */
const limit = 8;

/** Told apart by colour and by shape, the same in every picture. */
const marks: Readonly<Record<string, readonly [color: string, shape: string]>> = {
  row_split: [palette.blue, 'circle'],
  row_permuted: [palette.green, 'triangle-up'],
  task_centric: [palette.orange, 'square'],
  mma_columns: [palette.black, 'diamond'],
  mma_tiles: [palette.purple, 'cross'],
};
const unknownMark = [palette.black, 'triangle-down'] as const;

/** Undefined where no problem has trials of two decompositions. */
export function decompositionChart(data: ReportData): TopLevelSpec | undefined {
  const compared = comparedProblems(data.problems);
  if (compared.length === 0) return undefined;
  const { stack, values } = placeDots(compared);
  return rowChart({
    title: 'How the decompositions compare',
    subtitle: [
      data.device,
      'Rows: output × input channels and density. The best trial of each decomposition.',
    ],
    stack,
    values,
    width: 560,
    right: 40,
    legend: true,
    layers: layers(
      stack,
      decompositionNames(compared),
      Math.max(1.25, ...values.map(({ most }) => most ?? 1)),
    ),
  });
}

function placeDots(compared: readonly ComparedProblem[]) {
  const stack = new RowStack();
  const values = [];
  for (const [series, members] of groupBy(compared, ({ problem }) => seriesLabel(problem))) {
    stack.add(series, 28, { heading: true });
    for (const { problem, times } of members) {
      const row = stack.add(`${shapeLabel(problem)} · density ${problem.density}`, 18);
      const middle = row.top + row.height / 2;
      values.push({ least: 1, most: rounded(Math.min(limit, times.at(-1)!.relative)), middle });
      for (const { decomposition, relative } of times.toReversed()) {
        values.push({ decomposition, at: rounded(Math.min(limit, relative)), middle });
      }
    }
  }
  return { stack, values };
}

function layers(stack: RowStack, names: readonly string[], most: number): Layer[] {
  const y = pixelY(stack)('middle');
  const x = {
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, domain: [0.98, most * 1.03], nice: false },
    axis: {
      values: [1, 1.1, 1.2, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 6, limit],
      labelExpr: `(datum.value == ${limit} ? '≥ ' : '') + datum.value + '×'`,
    },
    title: 'time over that of the fastest decomposition (log scale, left is better)',
  };
  const channel = { field: 'decomposition', type: 'nominal' as const, title: null };
  const look = names.map((name) => marks[name] ?? unknownMark);
  const domain = [...names];
  return [
    {
      transform: [{ filter: 'isValid(datum.most)' }],
      mark: { type: 'rule', color: '#bbbbbb', strokeWidth: 2 },
      encoding: { y, x: { ...x, field: 'least' }, x2: { field: 'most' } },
    },
    {
      transform: [{ filter: 'isValid(datum.at)' }],
      mark: { type: 'point', filled: true, opacity: 1, size: 70 },
      encoding: {
        y,
        x: { ...x, field: 'at' },
        color: { ...channel, scale: { domain, range: look.map(([color]) => color) } },
        shape: { ...channel, scale: { domain, range: look.map(([, shape]) => shape) } },
      },
    },
  ];
}
