/** Picture: the time of every contender on every shape, for one token count. */
import type { TopLevelSpec } from 'vega-lite';
import { microseconds, rounded } from '../report/index.js';
import type { BenchFile } from './bench-file.js';
import { contendersOf, isOurs } from './bench-tables.js';

export function benchChart(file: BenchFile, m: number): TopLevelSpec {
  const contenders = contendersOf(file);
  const values = file.measurements
    .filter((one) => one.m === m)
    .map(({ contender, n, k, medianUs }) => ({
      contender,
      shape: `${n} × ${k}`,
      us: rounded(medianUs),
      label: microseconds(medianUs),
      ours: isOurs(contender) ? 'GQS' : 'peer',
    }));
  const y = { field: 'contender', type: 'nominal' as const, title: null, sort: [...contenders] };
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
        sort: null,
        header: { labelAngle: 0, labelAlign: 'left' },
      },
    },
    spec: {
      width: 420,
      height: { step: 18 },
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            y,
            x: { field: 'us', type: 'quantitative', title: 'microseconds' },
            color: {
              field: 'ours',
              type: 'nominal',
              title: null,
              scale: { domain: ['GQS', 'peer'], range: ['#0072b2', '#999999'] },
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
          encoding: {
            y,
            x: { field: 'us', type: 'quantitative' },
            text: { field: 'label', type: 'nominal' },
          },
        },
      ],
    },
  };
}
