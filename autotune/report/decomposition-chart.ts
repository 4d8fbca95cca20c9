/** Picture: the best time of each decomposition per problem, relative to the best of all. */
import type { TopLevelSpec } from 'vega-lite';
import { comparedProblems, decompositionNames, type ComparedProblem } from './decompositions.js';
import { drawnFactor, factorLayers, type FactorMark } from './factor-dots.js';
import { groupBy } from './group-by.js';
import { seriesLabel, shapeLabel } from './labels.js';
import { palette } from './render-svg.js';
import type { ReportData } from './report-data.js';
import { rowChart } from './row-chart.js';
import { RowStack } from './row-layout.js';

/** The same in every picture. */
const looks: Readonly<Record<string, readonly [color: string, shape: string]>> = {
  row_split: [palette.blue, 'circle'],
  row_permuted: [palette.green, 'triangle-up'],
  task_centric: [palette.orange, 'square'],
  mma_columns: [palette.black, 'diamond'],
  mma_tiles: [palette.purple, 'cross'],
};
const unknownLook = [palette.black, 'triangle-down'] as const;

/** Undefined where no problem has trials of two decompositions. */
export function decompositionChart(data: ReportData): TopLevelSpec | undefined {
  const compared = comparedProblems(data.problems);
  if (compared.length === 0) return undefined;
  const { stack, marks } = placeDots(compared);
  const names = decompositionNames(compared);
  return rowChart({
    title: 'How the decompositions compare',
    subtitle: [
      data.device,
      'Rows: output × input channels and density. The best trial of each decomposition.',
    ],
    stack,
    values: marks,
    width: 560,
    right: 40,
    legend: true,
    layers: factorLayers({
      stack,
      marks,
      title: 'time over that of the fastest decomposition',
      kinds: Object.fromEntries(names.map((name) => [name, looks[name] ?? unknownLook])),
    }),
  });
}

function placeDots(compared: readonly ComparedProblem[]) {
  const stack = new RowStack();
  const marks: FactorMark[] = [];
  for (const [series, members] of groupBy(compared, ({ problem }) => seriesLabel(problem))) {
    stack.add(series, 28, { heading: true });
    for (const { problem, times } of members) {
      const row = stack.add(`${shapeLabel(problem)} · density ${problem.density}`, 18);
      const middle = row.top + row.height / 2;
      marks.push({ low: 1, high: drawnFactor(times.at(-1)!.relative), middle });
      for (const { decomposition, relative } of times.toReversed()) {
        marks.push({ kind: decomposition, at: drawnFactor(relative), middle });
      }
    }
  }
  return { stack, marks };
}
