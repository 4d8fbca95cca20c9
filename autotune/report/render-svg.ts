/** Turns a Vega-Lite specification into an SVG document, without a browser. */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** One look for all charts: white ground (GitHub's dark mode shows through otherwise), generic fonts, Okabe-Ito colours. */
const config = {
  background: 'white',
  font: 'sans-serif',
  aria: false,
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    gridColor: '#e5e5e5',
    labelLimit: 320,
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    orient: 'top',
    labelLimit: 320,
    titleLimit: 480,
  },
  view: { stroke: null },
} as const;

/** Colours that people with any colour vision tell apart (Okabe and Ito, "Color Universal Design", 2008). */
export const palette = {
  blue: '#0072b2',
  orange: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  black: '#222222',
} as const;

/** The same specification gives the same bytes. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const parsed = vega.parse(compile({ ...spec, config }).spec);
  vega.resetSVGDefIds();
  const view = new vega.View(parsed, { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
