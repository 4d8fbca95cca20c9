import test from 'ava';
import { bandwidthChart } from '../../../autotune/report/bandwidth-chart.js';
import { decompositionChart } from '../../../autotune/report/decomposition-chart.js';
import { parameterChart } from '../../../autotune/report/parameter-chart.js';
import { parameterWorth } from '../../../autotune/report/parameter-worth.js';
import { renderSvg } from '../../../autotune/report/render-svg.js';
import { speedupChart } from '../../../autotune/report/speedup-chart.js';
import { spreadChart } from '../../../autotune/report/spread-chart.js';
import { reportData, reportedProblem, someProblem } from './report-fixture.js';

const data = reportData({
  problems: [
    reportedProblem(),
    reportedProblem({ problem: { ...someProblem, density: 1 } }),
    reportedProblem({ problem: { ...someProblem, n: 22016, k: 4096, activation: 'i8' } }),
  ],
});
const charts = {
  speedup: speedupChart(data),
  bandwidth: bandwidthChart(data),
  spread: spreadChart(data),
  decompositions: decompositionChart(data)!,
  parameters: parameterChart(data, parameterWorth(data.problems)),
};

/** All text of a picture, with where it stands. */
function texts(svg: string): { x: number; y: number; anchor: string; text: string }[] {
  const found = [];
  let origin = { x: 0, y: 0 };
  const root = /<g fill="none"[^>]*translate\(([-\d.]+),([-\d.]+)\)/.exec(svg);
  if (root !== null) origin = { x: Number(root[1]), y: Number(root[2]) };
  const pattern =
    /<text text-anchor="(\w+)" transform="translate\(([-\d.]+),([-\d.]+)\)[^>]*>([^<]*)<\/text>/g;
  for (const [, anchor = '', x, y, text = ''] of svg.matchAll(pattern)) {
    found.push({ x: origin.x + Number(x), y: origin.y + Number(y), anchor, text });
  }
  return found;
}

for (const [name, spec] of Object.entries(charts)) {
  test(`${name}: the same data give the same bytes`, async (t) => {
    const first = await renderSvg(spec);
    for (const other of Object.values(charts)) await renderSvg(other);
    t.is(await renderSvg(spec), first);
  });

  test(`${name}: a white ground, no scripts, and no number that is none`, async (t) => {
    const svg = await renderSvg(spec);
    t.regex(svg, /^<svg [^>]*width="\d+" height="\d+"[^>]*><rect width="\d+" height="\d+" fill="white"\/>/);
    t.notRegex(svg, /NaN|undefined|Infinity|<script/);
  });

  test(`${name}: titles, labels and headings lie inside the picture`, async (t) => {
    const svg = await renderSvg(spec);
    const width = Number(/width="(\d+)"/.exec(svg)![1]);
    const found = texts(svg);
    t.true(found.some(({ text }) => text === 'A device'));
    for (const { x, anchor, text } of found) {
      // Seven pixels a character is more than 12-pixel sans-serif text takes on average.
      const length = text.length * 7;
      const left = anchor === 'end' ? x - length : anchor === 'middle' ? x - length / 2 : x;
      t.true(left >= 0 && left + length <= width, `${text} from ${left} to ${left + length} of ${width}`);
    }
  });
}

test('bars are labelled with the winners, under headings, largest shape as given', async (t) => {
  const found = texts(await renderSvg(charts.bandwidth)).map(({ text }) => text);
  t.is(found.filter((text) => text === '800 (80 %)').length, 3);
  for (const text of [
    'W4 G16 · f16 x · m = 1',
    'W4 G16 · i8 x · f16 y · m = 1',
    '4096 × 2048',
    '22016 × 4096',
  ]) {
    t.is(found.filter((label) => label === text).length, 1, text);
  }
});

test('a bar is as long as its value', async (t) => {
  const one = reportedProblem();
  const twice = reportedProblem({
    problem: { ...someProblem, n: 1024 },
    winner: { ...one.winner, speedupOverDense: one.winner.speedupOverDense! * 2 },
  });
  const svg = await renderSvg(speedupChart(reportData({ problems: [one, twice] })));
  const bars = /<g class="mark-rect[^>]*>(.*?)<\/g>/.exec(svg)![1]!;
  const widths = [...bars.matchAll(/d="M[-\d.]+,[-\d.]+h([\d.]+)/g)].map(([, width]) => Number(width));
  t.is(widths.length, 2);
  t.true(Math.abs(widths[1]! / widths[0]! - 2) < 0.01, widths.join(', '));
});
