/** Layers of a picture of factors: dots on a logarithmic axis from 1× on, joined by a rule per row. */
import { rounded } from './labels.js';
import { pixelY, type Layer } from './row-chart.js';
import type { RowStack } from './row-layout.js';

/** Factors beyond this one are drawn at the edge. */
const limit = 8;

/** A dot has `kind` and `at`, a rule `low` and `high`; both have `middle`, the place of their row in pixels. */
export type FactorMark =
  | { readonly kind: string; readonly at: number; readonly middle: number }
  | { readonly low: number; readonly high: number; readonly middle: number };

/** As it is drawn. */
export function drawnFactor(factor: number): number {
  return rounded(Math.min(limit, factor));
}

export interface FactorDots {
  readonly stack: RowStack;
  readonly marks: readonly FactorMark[];
  readonly title: string;
  /** Told apart by colour and by shape. */
  readonly kinds: Readonly<Record<string, readonly [color: string, shape: string]>>;
}

export function factorLayers({ stack, marks, title, kinds }: FactorDots): Layer[] {
  const most = Math.max(1.25, ...marks.map((mark) => ('high' in mark ? mark.high : 1)));
  const y = pixelY(stack)('middle');
  const x = {
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, domain: [0.98, most * 1.03], nice: false },
    axis: {
      values: [1, 1.1, 1.2, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 6, limit],
      labelExpr: `(datum.value == ${limit} ? '≥ ' : '') + datum.value + '×'`,
    },
    title: `${title} (log scale, left is better)`,
  };
  const channel = { field: 'kind', type: 'nominal' as const, title: null };
  const domain = Object.keys(kinds);
  const looks = Object.values(kinds);
  return [
    {
      transform: [{ filter: 'isValid(datum.high)' }],
      mark: { type: 'rule', color: '#bbbbbb', strokeWidth: 2 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      transform: [{ filter: 'isValid(datum.at)' }],
      mark: { type: 'point', filled: true, opacity: 1, size: 70 },
      encoding: {
        y,
        x: { ...x, field: 'at' },
        color: { ...channel, scale: { domain, range: looks.map(([color]) => color) } },
        shape: { ...channel, scale: { domain, range: looks.map(([, shape]) => shape) } },
      },
    },
  ];
}
