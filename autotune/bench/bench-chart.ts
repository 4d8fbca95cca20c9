/** Picture: the time of every contender on every shape, for one token count. */
import type { TopLevelSpec } from 'vega-lite';
import { microseconds, palette, rounded, shapeLabel } from '../report/index.js';
import type { BenchFile } from './bench-file.js';
import { contendersOf, isOurs, shapesOf } from './bench-tables.js';

export function benchChart(file: BenchFile, m: number): TopLevelSpec {
  const contenders = contendersOf(file);
  const values = file.measurements
    .filter((one) => one.m === m)
    .map(({ contender, n, k, medianUs }) => ({
      contender,
      shape: shapeLabel({ n, k }),
      us: rounded(medianUs),
      label: microseconds(medianUs),
      ours: isOurs(contender) ? 'GQS' : 'peer',
    }));
  return {
    title: {
      text: `Microseconds per product, m = ${m}`,
      subtitle: `${file.device}; density ${file.density} unless stated, ${file.rows} rows; shorter is better`,
      anchor: 'start',
    },
    data: { values },
    facet: {
      row: {
        field: 'shape',
        type: 'nominal',
        title: null,
        sort: shapesOf(file).map(shapeLabel),
        header: { labelAngle: 0, labelAlign: 'left' },
      },
    },
    spec: {
      width: 420,
      height: { step: 18 },
      layer: barLayers(contenders),
    },
  };
}

/** Bars with their lengths written behind them. */
function barLayers(contenders: readonly string[]) {
  const y = {
    field: 'contender',
    type: 'nominal' as const,
    title: null,
    sort: [...contenders],
    axis: { labelLimit: 0 },
  };
  const x = { field: 'us', type: 'quantitative' as const, title: 'microseconds' };
  const color = {
    field: 'ours',
    type: 'nominal' as const,
    title: null,
    scale: { domain: ['GQS', 'peer'], range: [palette.blue, '#999999'] },
  };
  const text = { field: 'label', type: 'nominal' as const };
  return [
    { mark: { type: 'bar' as const }, encoding: { y, x, color } },
    {
      mark: { type: 'text' as const, align: 'left' as const, dx: 4, fontSize: 11 },
      encoding: { y, x, text },
    },
  ];
}
