/**
 * A chart of labelled rows in which this code, not Vega, decides where everything stands: Vega without a canvas only
 * guesses how wide a text is, and a guess cuts labels off or leaves gaps.
 */
import type { TopLevelSpec } from 'vega-lite';
import { palette } from './render-svg.js';
import type { RowStack } from './row-layout.js';

export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

export interface RowChart {
  readonly title: string;
  /** Lines below the title: the device, and how to read the picture. */
  readonly subtitle: readonly string[];
  readonly stack: RowStack;
  /** Data of the layers; vertical positions are in pixels, see `pixelY`. */
  readonly values: readonly Readonly<Record<string, string | number>>[];
  /** Width of the plotting area and what is kept free right of it. */
  readonly width: number;
  readonly right: number;
  readonly legend: boolean;
  readonly layers: readonly Layer[];
}

/** Width of a character in the widest of the fonts that `sans-serif` usually is, at 12 pixels. */
const characterWidth = 7.4;

export function rowChart(chart: RowChart): TopLevelSpec {
  const { stack } = chart;
  const labels = stack.rows.filter(({ heading }) => !heading).map(({ label }) => label.length);
  const left = Math.ceil(Math.max(0, ...labels) * characterWidth) + 24;
  const y = pixelY(stack);
  const rows = stack.rows.map(({ label, heading, top, height }) => ({
    label,
    heading: Number(heading),
    middle: top + height / 2,
  }));
  return {
    autosize: { type: 'none' },
    padding: { left, right: chart.right, top: chart.legend ? 134 : 90, bottom: 56 },
    width: chart.width,
    height: stack.height,
    data: { values: [...chart.values] },
    layer: [
      ...titleLayers(chart, 16 - left),
      ...chart.layers,
      {
        data: { values: rows.filter(({ heading }) => heading === 0) },
        mark: { type: 'text', align: 'right', baseline: 'middle', fontSize: 12, color: palette.black },
        encoding: { x: { value: -10 }, y: y('middle'), text: { field: 'label', type: 'nominal' } },
      },
      {
        data: { values: rows.filter(({ heading }) => heading === 1) },
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'middle',
          fontSize: 13,
          fontWeight: 'bold',
          color: palette.black,
        },
        encoding: { x: { value: 16 - left }, y: y('middle'), text: { field: 'label', type: 'nominal' } },
      },
    ],
  };
}

/** Title and subtitle, left-aligned with the headings; `x` in pixels from the plotting area. */
function titleLayers({ title, subtitle, legend }: RowChart, x: number): Layer[] {
  const first = legend ? -110 : -66;
  const lines = [
    { text: title, dy: first, fontSize: 16, bold: true, color: palette.black },
    ...subtitle.map((text, index) => ({
      text,
      dy: first + 20 + 17 * index,
      fontSize: 12,
      bold: false,
      color: '#555555',
    })),
  ];
  return lines.map(({ text, dy, fontSize, bold, color }) => ({
    data: { values: [{ text }] },
    mark: { type: 'text', align: 'left', fontSize, fontWeight: bold ? 'bold' : 'normal', color },
    encoding: { x: { value: x }, y: { value: dy }, text: { field: 'text', type: 'nominal' } },
  }));
}

/** A vertical channel whose field is in pixels from the top of the plotting area. */
export function pixelY(stack: RowStack) {
  const extent = [0, stack.height];
  return (field: string) => ({
    field,
    type: 'quantitative' as const,
    axis: null,
    scale: { domain: extent, range: extent, nice: false, zero: false },
  });
}
