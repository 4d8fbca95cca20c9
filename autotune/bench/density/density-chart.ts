/** Picture: time against density, a line per group size, the dense baseline as a rule. */
import type { TopLevelSpec } from 'vega-lite';
import { microseconds, palette, rounded, shapeLabel } from '../../report/index.js';
import type { DensityFile } from './density-file.js';
import { panelsOf, type DensityPanel } from './density-lines.js';

/** Okabe and Ito's colours and a shape each, for up to six group sizes. */
const colors = [palette.blue, palette.orange, palette.green, '#cc79a7', '#56b4e9', '#e69f00'];
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** The dense baseline's weights are of float16 everywhere. */
export function denseName({ kind }: Pick<DensityFile, 'kind'>): string {
  return kind === 'cuda' ? 'dense float16' : 'dense float16 weights';
}

export function densityChart(file: DensityFile): TopLevelSpec {
  const panels = panelsOf(file);
  const header = { labelFontSize: 12 };
  return {
    title: {
      text: `Time against density, W${file.bits}, m = ${file.m}`,
      subtitle: `${file.device}; ${file.rows} rows; dashed: ${denseName(file)}`,
      anchor: 'start',
    },
    data: { values: panels.flatMap(valuesOf) },
    facet: {
      row: { field: 'shape', type: 'nominal', title: null, sort: panels.map(shapeLabel), header },
      column: { field: 'x', type: 'nominal', title: null, sort: panels.map(xLabel), header },
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
      layer: [...lineLayers(file), ...denseLayers],
    },
  };
}

/** Lines with points, told apart by colour and shape. */
function lineLayers({ points }: DensityFile) {
  const groupSizes = [...new Set(points.map(({ groupSize }) => groupSize))].sort((a, b) => a - b);
  const domain = groupSizes.map(String);
  const group = { field: 'group', type: 'nominal' as const, title: 'group size', sort: null };
  const color = { ...group, scale: { domain, range: colors } };
  const shape = { ...group, scale: { domain, range: shapes } };
  const transform = [{ filter: 'isValid(datum.group)' }];
  return [
    { transform, mark: { type: 'line' as const, strokeWidth: 1.5 }, encoding: { color } },
    {
      transform,
      mark: { type: 'point' as const, filled: true, size: 45, opacity: 1 },
      encoding: { color, shape },
    },
  ];
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

function xLabel({ activation }: DensityPanel): string {
  return `${activation} x`;
}

function valuesOf(panel: DensityPanel) {
  const place = { shape: shapeLabel(panel), x: xLabel(panel) };
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
