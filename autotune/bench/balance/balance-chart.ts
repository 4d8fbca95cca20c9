/** Picture: the time of each decomposition on each shape, a panel per way in which rows are filled. */
import type { TopLevelSpec } from 'vega-lite';
import { microseconds, palette, rounded, shapeLabel } from '../../report/index.js';
import type { BalanceFile } from './balance-file.js';
import { decompositionsOf, rowsOf, shapesOf } from './balance-tables.js';

const colors = [palette.blue, palette.orange, palette.green, '#cc79a7', '#56b4e9'];
const barHeight = 14;
/** Kept free right of the longest bar for its label, as a fraction of it. */
const labelRoom = 0.18;

export function balanceChart(file: BalanceFile): TopLevelSpec {
  const { bits, groupSize, density, activation, m } = file;
  const values = file.points.map(({ rows, decomposition, medianUs, ...shape }) => ({
    rows: `${rows} rows`,
    shape: shapeLabel(shape),
    decomposition,
    us: rounded(medianUs),
    label: microseconds(medianUs),
  }));
  return {
    title: {
      text: `Load balance, W${bits} G${groupSize}, density ${density}, ${activation} x, m = ${m}`,
      subtitle: `${file.device}; the fastest variant of each decomposition; shorter is better`,
      anchor: 'start',
    },
    data: { values },
    facet: {
      column: {
        field: 'rows',
        type: 'nominal',
        title: null,
        sort: rowsOf(file).map((rows) => `${rows} rows`),
        header: { labelFontSize: 12 },
      },
    },
    spec: {
      width: 240,
      height: { step: barHeight, for: 'offset' },
      encoding: {
        y: {
          field: 'shape',
          type: 'nominal',
          title: null,
          sort: shapesOf(file).map(shapeLabel),
          scale: { paddingInner: 0.25 },
        },
        yOffset: { field: 'decomposition', type: 'nominal', sort: decompositionsOf(file) },
      },
      layer: barLayers(file),
    },
  };
}

/** Bars with their lengths written behind them. */
function barLayers(file: BalanceFile) {
  const most = Math.max(...file.points.map(({ medianUs }) => medianUs));
  const x = {
    field: 'us',
    type: 'quantitative' as const,
    title: 'microseconds',
    scale: { domain: [0, most * (1 + labelRoom)], nice: false },
  };
  const color = {
    field: 'decomposition',
    type: 'nominal' as const,
    title: null,
    scale: { domain: decompositionsOf(file), range: colors },
  };
  const text = { field: 'label', type: 'nominal' as const };
  return [
    { mark: { type: 'bar' as const }, encoding: { x, color } },
    {
      mark: {
        type: 'text' as const,
        align: 'left' as const,
        baseline: 'middle' as const,
        dx: 4,
        fontSize: 11,
      },
      encoding: { x, text },
    },
  ];
}
