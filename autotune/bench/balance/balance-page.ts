/** Load balance as a page of tables. */
import type { RowDistribution } from '../../../runtime/index.js';
import { microseconds, ratio, shapeLabel } from '../../report/index.js';
import { code, plain, sections, table, type Align } from '../../report/markdown.js';
import { protocolText } from '../provenance.js';
import { madeWith, runsText } from '../runs.js';
import type { BalanceFile } from './balance-file.js';
import {
  decompositionsOf,
  fastestOf,
  findPoint,
  rowsOf,
  shapesOf,
  skewCost,
  taskCentric,
  taskCentricFactor,
} from './balance-tables.js';
import { claimText } from './task-centric-claim.js';

export function balancePage(file: BalanceFile): string {
  const picture = file.points.length === 0 ? '' : '![times of the decompositions](bench-balance.svg)';
  return sections([
    `# Load balance of the decompositions on ${plain(file.device)}`,
    facts(file),
    runsText(file.runs, file.points),
    picture,
    `## ${taskCentric} and the others`,
    claimText(file),
    ...rowsOf(file).map((rows) => section(file, rows)),
    skewSection(file),
    variants(file),
    file.failures.length === 0 ? '' : failures(file),
  ]);
}

function facts(file: BalanceFile): string {
  const { bits, groupSize, density, m, activation, evaluations, choiceSeed } = file;
  return [
    `Microseconds per product of W${bits} G${groupSize} weights at density ${density} with ${activation} x and m = ${m}.`,
    'Rows are even (each has as many groups), binomial (each group is kept independently) or skewed (rows have densities of their own, between 0.05 and 1).',
    `Each time is that of the fastest of at most ${evaluations} variants of the decomposition: those known to be good and a sample of the search space (seed ${choiceSeed}), the same for all rows, without those whose results depend on the order in which CTAs end. All are timed briefly; the best three of each decomposition whose results are right are timed again in turns.`,
    protocolText(file),
    madeWith(file),
  ].join(' ');
}

function section(file: BalanceFile, rows: RowDistribution): string {
  const decompositions = decompositionsOf(file);
  const compared = decompositions.includes(taskCentric) && decompositions.length > 1;
  const columns: [string, Align][] = [
    ['n × k', 'left'],
    ...decompositions.map((name): [string, Align] => [code(name), 'right']),
    ['fastest', 'left'],
    ...(compared ? ([[`best other / ${code(taskCentric)}`, 'right']] as [string, Align][]) : []),
  ];
  const lines = shapesOf(file).map((shape) => {
    const times = decompositions.map((name) => findPoint(file, rows, shape, name)?.medianUs);
    const fastest = fastestOf(file, rows, shape);
    const factor = taskCentricFactor(file, rows, shape);
    return [
      shapeLabel(shape),
      ...times.map((us) => (us === undefined ? '-' : microseconds(us))),
      fastest === undefined ? '-' : code(fastest.decomposition),
      ...(compared ? [factor === undefined ? '-' : ratio(factor)] : []),
    ];
  });
  return `## ${rows} rows\n\n${table(columns, lines)}`;
}

/** How much longer skewed rows take than even ones. */
function skewSection(file: BalanceFile): string {
  const decompositions = decompositionsOf(file);
  const cells = shapesOf(file).map((shape) => {
    const costs = decompositions.map((name) => skewCost(file, shape, name));
    return { shape, costs };
  });
  if (cells.every(({ costs }) => costs.every((cost) => cost === undefined))) return '';
  const columns: [string, Align][] = [
    ['n × k', 'left'],
    ...decompositions.map((name): [string, Align] => [code(name), 'right']),
  ];
  const lines = cells.map(({ shape, costs }) => [shapeLabel(shape), ...costs.map(costText)]);
  return `## skewed over even rows\n\nHow much longer skewed rows take than even ones.\n\n${table(columns, lines)}`;
}

/** `+4.2 %` */
function costText(cost: number | undefined): string {
  if (cost === undefined) return '-';
  const text = (cost * 100).toFixed(1).replace(/^-0\.0$/, '0.0');
  return `${text.startsWith('-') || text === '0.0' ? '' : '+'}${text} %`;
}

function variants({ points }: BalanceFile): string {
  const lines = points.map(
    ({ rows, n, k, variant, timed, tried }) =>
      `- ${shapeLabel({ n, k })}, ${rows}: ${code(variant)} (of ${timed} timed, ${tried} tried)`,
  );
  return lines.length === 0 ? '' : `## Our kernels\n\n${lines.join('\n')}`;
}

function failures({ failures: all }: BalanceFile): string {
  const lines = all.map(
    ({ rows, n, k, decomposition, reason }) =>
      `- ${shapeLabel({ n, k })}, ${rows} rows, ${code(decomposition)}: ${plain(reason)}`,
  );
  return `## Not measured\n\n${lines.join('\n')}`;
}
