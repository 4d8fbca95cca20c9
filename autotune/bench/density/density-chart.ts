/** Picture: time against density, a line per group size, the dense baseline as a rule. */
import type { TopLevelSpec } from 'vega-lite';
import { microseconds, palette, rounded, shapeLabel } from '../../report/index.js';
import type { DensityFile } from './density-file.js';
import { panelsOf } from './density-lines.js';

/** Okabe and Ito's colours and a shape each, for up to six group sizes. */
const colors = [palette.blue, palette.orange, palette.green, '#cc79a7', '#56b4e9', '#e69f00'];
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** The dense baseline's weights are of float16 everywhere. */
export function denseName({ kind }: Pick<DensityFile, 'kind'>): string {
  return kind === 'cuda' ? 'dense float16' : 'dense float16 weights';
}

export function densityChart(file: DensityFile): TopLevelSpec {
  const panels = panelsOf(file);
  const groupSizes = [...new Set(file.points.map(({ groupSize }) => groupSize))].sort((a, b) => a - b);
  const groups = {
    field: 'group',
    type: 'nominal' as const,
    title: 'group size',
    sort: null,
  };
  const domain = groupSizes.map(String);
  return {
    title: {
      text: `Time against density, W${file.bits}, m = ${file.m}`,
      subtitle: `${file.device}; ${file.rows} rows; dashed: ${denseName(file)}`,
      anchor: 'start',
    },
    data: { values: panels.flatMap(valuesOf) },
    facet: {
      row: { field: 'shape', type: 'nominal', title: null, sort: null, header: { labelFontSize: 12 } },
      column: { field: 'x', type: 'nominal', title: null, sort: null, header: { labelFontSize: 12 } },
    },
    spec: {
      width: 340,
      height: 300,
      encoding: {
        x: {
          field: 'density',
          type: 'quantitative',
          title: 'density (fraction of groups kept)',
          scale: { domain: [0, 1], nice: false },
        },
        y: { field: 'us', type: 'quantitative', title: 'microseconds', scale: { zero: true } },
      },
      layer: [
        {
          transform: [{ filter: 'isValid(datum.group)' }],
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding: { color: { ...groups, scale: { domain, range: colors } } },
        },
        {
          transform: [{ filter: 'isValid(datum.group)' }],
          mark: { type: 'point', filled: true, size: 45, opacity: 1 },
          encoding: {
            color: { ...groups, scale: { domain, range: colors } },
            shape: { ...groups, scale: { domain, range: shapes } },
          },
        },
        ...denseLayers,
      ],
    },
  };
}

const onlyDense = [{ filter: 'isValid(datum.denseUs)' }];
const denseY = { field: 'denseUs', type: 'quantitative' as const };

const denseLayers = [
  {
    transform: onlyDense,
    mark: { type: 'rule' as const, color: palette.black, strokeWidth: 1.5, strokeDash: [6, 4] },
    encoding: { x: { value: 0 }, x2: { value: 340 }, y: denseY },
  },
  {
    transform: onlyDense,
    mark: { type: 'text' as const, align: 'left' as const, dx: 4, dy: -7, fontSize: 11 },
    encoding: {
      x: { value: 0 },
      y: denseY,
      text: { field: 'label', type: 'nominal' as const },
    },
  },
];

function valuesOf(panel: ReturnType<typeof panelsOf>[number]) {
  const place = { shape: shapeLabel(panel), x: `${panel.activation} x` };
  const points = panel.lines.flatMap(({ groupSize, points: line }) =>
    line.map(({ density, medianUs }) => ({
      ...place,
      group: String(groupSize),
      density,
      us: rounded(medianUs),
    })),
  );
  if (panel.denseUs === undefined) return points;
  const dense = { denseUs: rounded(panel.denseUs), label: `dense: ${microseconds(panel.denseUs)}` };
  return [...points, { ...place, ...dense }];
}
