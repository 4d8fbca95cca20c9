/** Time against density as a page of tables, with what each line does. */
import { microseconds, ratio } from '../../report/index.js';
import { code, plain, sections, table, type Align } from '../../report/markdown.js';
import { protocolText } from '../provenance.js';
import { madeWith, runsText } from '../runs.js';
import { denseName } from './density-chart.js';
import type { DensityFile } from './density-file.js';
import { panelsOf, risingSteps, type DensityLine, type DensityPanel } from './density-lines.js';

export function densityPage(file: DensityFile): string {
  const picture = file.points.length === 0 ? '' : '![time against density](bench-density.svg)';
  return sections([
    `# Time against density on ${plain(file.device)}`,
    facts(file),
    runsText(file.runs, [...file.points, ...file.dense]),
    picture,
    ...panelsOf(file).map((panel) => section(file, panel)),
    file.failures.length === 0 ? '' : failures(file),
  ]);
}

function facts(file: DensityFile): string {
  return [
    `Microseconds per product of ${file.bits}-bit weights with m = ${file.m} and ${file.rows} rows; in brackets how many times as fast as the dense baseline (${denseName(file)}).`,
    'Each is the fastest of the winner that was recorded for the format, if there is one, the default variant and the variants known to be good.',
    'Rows keep whole groups: the densities of large groups are rounded to these.',
    protocolText(file),
    madeWith(file),
  ].join(' ');
}

function section(file: DensityFile, panel: DensityPanel): string {
  return sections([
    `## ${panel.n} × ${panel.k}, ${panel.activation} x`,
    densityTable(file, panel),
    panel.lines.map((line) => `- ${verdict(line)}`).join('\n'),
    `Our kernels:`,
    panel.lines.flatMap(variantsOf).join('\n'),
  ]).trimEnd();
}

function densityTable(file: DensityFile, { lines, denseUs }: DensityPanel): string {
  const columns: [string, Align][] = lines.map(({ groupSize }) => [`G${groupSize}`, 'right']);
  const densities = new Set(lines.flatMap(({ points }) => points.map(({ density }) => density)));
  const rows = [...densities]
    .sort((a, b) => b - a)
    .map((density) => [String(density), ...lines.map((line) => cell(line, density, denseUs))]);
  const dense = denseUs === undefined ? '-' : microseconds(denseUs);
  return table([['density', 'left'], ...columns], [[denseName(file), ...lines.map(() => dense)], ...rows]);
}

function cell({ points }: DensityLine, density: number, denseUs: number | undefined): string {
  const us = points.find((point) => point.density === density)?.medianUs;
  if (us === undefined) return '-';
  return denseUs === undefined ? microseconds(us) : `${microseconds(us)} (${ratio(denseUs / us)})`;
}

/** Whether the time falls with every step down in density, and where not. */
export function verdict(line: DensityLine): string {
  const name = `G${line.groupSize}`;
  const [lowest, highest] = [line.points[0]!, line.points.at(-1)!];
  if (lowest === highest) return `${name}: measured at density ${lowest.density} only.`;
  const rising = risingSteps(line);
  if (rising.length === 0) {
    const fall = `${microseconds(highest.medianUs)} at ${highest.density} to ${microseconds(lowest.medianUs)} at ${lowest.density}`;
    return `${name}: the time falls with every step down in density, from ${fall}.`;
  }
  const steps = rising.map(
    ({ from, to }) =>
      `${from.density} (${microseconds(from.medianUs)}) to ${to.density} (${microseconds(to.medianUs)})`,
  );
  const others = rising.length === line.points.length - 1 ? '' : '; it does with every other step';
  return `${name}: the time does not fall from density ${steps.join(', nor from ')}${others}.`;
}

function variantsOf({ groupSize, points }: DensityLine): string[] {
  return points.map(({ density, variant }) => `- G${groupSize}, density ${density}: ${code(variant)}`);
}

function failures({ failures: all }: DensityFile): string {
  const lines = all.map(({ n, k, point, reason }) => {
    const what =
      point === undefined
        ? 'the dense baseline'
        : `${point.activation} x, G${point.groupSize}, density ${point.density}`;
    return `- ${n} × ${k}, ${what}: ${plain(reason)}`;
  });
  return ['## Not measured', lines.join('\n')].join('\n\n');
}
