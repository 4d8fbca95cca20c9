/** The comparison as a page of tables. */
import { gigabytes, microseconds, percent, ratio } from '../report/index.js';
import type { BenchFile } from './bench-file.js';
import {
  chartName,
  contendersOf,
  findMeasurement,
  isOurs,
  shapesOf,
  timesAsLong,
  tokensOf,
} from './bench-tables.js';

export function benchPage(file: BenchFile): string {
  const parts = [`# Products with one or a few tokens: GQS and its peers on ${file.device}`, facts(file)];
  for (const m of tokensOf(file)) parts.push(section(file, m));
  if (file.failures.length > 0) parts.push(failures(file));
  return `${parts.join('\n\n')}\n`;
}

function facts(file: BenchFile): string {
  const megabytes = Math.round(file.rotationBytes / 1e6);
  return [
    `Microseconds per product \`y[m, n] = x[m, k] W^T\`, medians; in brackets how many times as long as ours (density ${file.density}, ${oursOf(file)[0] ?? ''}).`,
    `Every contender runs in CUDA graphs over copies of its weights that together take at least ${megabytes} MB, so that none is in the cache, with samples of at least ${file.sampleUs / 1000} ms.`,
    `Our random weights have ${file.rows} rows. A device copy moves ${gigabytes(file.bandwidthGbPerSecond)} GB/s in the same run; the bandwidth floor is the bytes of our packed weights, x and y at that rate.`,
    `Driver ${file.driver ?? 'none'}, ${file.compiler}, commit ${file.commit ?? 'unknown'}, ${file.timestamp}. Made by \`${file.command}\`.`,
  ].join(' ');
}

/** The contenders that peers are compared with: ours at the density asked for. */
function oursOf(file: BenchFile): string[] {
  return contendersOf(file).filter((name) => isOurs(name) && name.includes(`density ${file.density},`));
}

function section(file: BenchFile, m: number): string {
  const shapes = shapesOf(file).filter(({ n, k }) =>
    file.measurements.some((one) => one.n === n && one.k === k && one.m === m),
  );
  const reference = oursOf(file)[0];
  const header = ['contender', ...shapes.map(({ n, k }) => `${n} × ${k}`)];
  const rows = contendersOf(file)
    .filter((contender) => file.measurements.some((one) => one.contender === contender && one.m === m))
    .map((contender) => [
      contender,
      ...shapes.map((shape) => {
        const found = findMeasurement(file, contender, { ...shape, m });
        if (found === undefined) return '-';
        const factor =
          reference === undefined || isOurs(contender)
            ? undefined
            : timesAsLong(file, contender, reference, { ...shape, m });
        return `${microseconds(found.medianUs)}${factor === undefined ? '' : ` (${ratio(factor)})`}`;
      }),
    ]);
  const floors = oursOf(file).map((contender) => [
    `bandwidth floor of ${contender}`,
    ...shapes.map((shape) => {
      const found = findMeasurement(file, contender, { ...shape, m });
      if (found?.bytes === undefined) return '-';
      const floor = found.bytes / file.bandwidthGbPerSecond / 1e3;
      return `${microseconds(floor)} (${percent(floor / found.medianUs)} reached)`;
    }),
  ]);
  const variants = oursOf(file).flatMap((contender) =>
    shapes.map((shape) => {
      const { n, k } = shape;
      return `- ${contender}, ${n} × ${k}: \`${findMeasurement(file, contender, { ...shape, m })?.variant ?? '-'}\``;
    }),
  );
  return [
    `## m = ${m}`,
    `![microseconds per product, m = ${m}](${chartName(m)})`,
    table([header, ...rows, ...floors]),
    'Our kernels:',
    variants.join('\n'),
  ].join('\n\n');
}

function failures(file: BenchFile): string {
  const lines = file.failures.map(({ contender, shape, reason }) => {
    const where = shape === undefined ? '' : ` (${shape.n} × ${shape.k}, m = ${shape.m})`;
    return `- ${contender}${where}: ${reason}`;
  });
  return ['## Not measured', lines.join('\n')].join('\n\n');
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}
