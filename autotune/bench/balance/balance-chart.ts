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
  const decompositions = decompositionsOf(file);
  const most = Math.max(...file.points.map(({ medianUs }) => medianUs));
  const values = file.points.map(({ rows, decomposition, medianUs, ...shape }) => ({
    rows: `${rows} rows`,
    shape: shapeLabel(shape),
    decomposition,
    us: rounded(medianUs),
    label: microseconds(medianUs),
  }));
  const x = {
    field: 'us',
    type: 'quantitative' as const,
    title: 'microseconds',
    scale: { domain: [0, most * (1 + labelRoom)], nice: false },
  };
  return {
    title: {
      text: `Load balance, W${file.bits} G${file.groupSize}, density ${file.density}, ${file.activation} x, m = ${file.m}`,
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
        yOffset: { field: 'decomposition', type: 'nominal', sort: decompositions },
      },
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            x,
            color: {
              field: 'decomposition',
              type: 'nominal',
              title: null,
              scale: { domain: decompositions, range: colors },
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', baseline: 'middle', dx: 4, fontSize: 11 },
          encoding: { x, text: { field: 'label', type: 'nominal' } },
        },
      ],
    },
  };
}
