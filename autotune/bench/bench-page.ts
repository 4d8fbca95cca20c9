/** The comparison as a page of tables. */
import { microseconds, percent, ratio } from '../report/index.js';
import { code, plain, sections, table, type Align } from '../report/markdown.js';
import type { BenchFile, Product } from './bench-file.js';
import {
  chartName,
  contendersOf,
  findMeasurement,
  isOurs,
  shapesOf,
  timesAsLong,
  tokensOf,
} from './bench-tables.js';
import { protocolText } from './provenance.js';
import { madeWith, runsText } from './runs.js';

export function benchPage(file: BenchFile): string {
  return sections([
    `# Products with one or a few tokens: GQS and its peers on ${plain(file.device)}`,
    facts(file),
    runsText(file.runs, file.measurements),
    ...tokensOf(file).map((m) => section(file, m)),
    file.failures.length === 0 ? '' : failures(file),
  ]);
}

function facts(file: BenchFile): string {
  const reference = oursOf(file)[0];
  const factors = reference === undefined ? '' : `; in brackets how many times as long as ${reference}`;
  return [
    `Microseconds per product \`y[m, n] = x[m, k] W^T\`${factors}.`,
    protocolText(file),
    `Peers are timed alike, each in a process of its own.`,
    `Our random weights have ${file.rows} rows; the bandwidth floor is the bytes of our packed weights, x and y at the rate of a copy.`,
    madeWith(file),
  ].join(' ');
}

/** The contenders that peers are compared with: ours at the density asked for. */
function oursOf(file: BenchFile): string[] {
  return contendersOf(file).filter((name) => isOurs(name) && name.includes(`density ${file.density},`));
}

function section(file: BenchFile, m: number): string {
  const at = file.measurements.filter((one) => one.m === m);
  const shapes = shapesOf({ ...file, measurements: at });
  const columns: [string, Align][] = shapes.map(({ n, k }) => [`${n} × ${k}`, 'right']);
  const ours = oursOf(file).filter((contender) => at.some((one) => one.contender === contender));
  const contenders = contendersOf({ ...file, measurements: at });
  const rowOf = (contender: string) => [
    contender,
    ...shapes.map((shape) => timeCell(file, contender, ours[0], { ...shape, m })),
  ];
  const floorOf = (contender: string) => [
    `bandwidth floor of ${contender}`,
    ...shapes.map((shape) => floorCell(file, contender, { ...shape, m })),
  ];
  const rows = [...contenders.map(rowOf), ...ours.map(floorOf)];
  return sections([
    `## m = ${m}`,
    `![microseconds per product, m = ${m}](${chartName(m)})`,
    table([['contender', 'left'], ...columns], rows),
    kernels(at),
    notes(at),
  ]).trimEnd();
}

function timeCell(file: BenchFile, contender: string, ours: string | undefined, shape: Product): string {
  const found = findMeasurement(file, contender, shape);
  if (found === undefined) return '-';
  const factor =
    ours === undefined || isOurs(contender) ? undefined : timesAsLong(file, contender, ours, shape);
  return `${microseconds(found.medianUs)}${factor === undefined ? '' : ` (${ratio(factor)})`}`;
}

function floorCell(file: BenchFile, contender: string, shape: Product): string {
  const found = findMeasurement(file, contender, shape);
  if (found?.bytes === undefined) return '-';
  const floor = found.bytes / file.runs[found.run]!.bandwidthGbPerSecond / 1e3;
  return `${microseconds(floor)} (${percent(floor / found.medianUs)} reached)`;
}

function kernels(measurements: BenchFile['measurements']): string {
  const lines = measurements.flatMap(({ contender, n, k, variant }) =>
    variant === undefined ? [] : [`- ${contender}, ${n} × ${k}: ${code(variant)}`],
  );
  return lines.length === 0 ? '' : `Our kernels:\n\n${lines.join('\n')}`;
}

/** What a peer says of how it was called, once. */
function notes(measurements: BenchFile['measurements']): string {
  const lines = measurements.flatMap(({ contender, note }) =>
    note === undefined ? [] : [`- ${contender}: ${plain(note)}`],
  );
  return lines.length === 0 ? '' : `Notes:\n\n${[...new Set(lines)].join('\n')}`;
}

function failures(file: BenchFile): string {
  const lines = file.failures.map(({ contender, shape, reason }) => {
    const where = shape === undefined ? '' : ` (${shape.n} × ${shape.k}, m = ${shape.m})`;
    return `- ${contender}${where}: ${plain(reason)}`;
  });
  return ['## Not measured', lines.join('\n')].join('\n\n');
}
