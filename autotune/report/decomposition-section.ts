/** The section on decompositions: how often each wins and by how much, in words and as a table. */
import {
  comparedProblems,
  decompositionNames,
  factorOverOthers,
  leadOf,
  winsOf,
  type ComparedProblem,
} from './decompositions.js';
import { groupBy } from './group-by.js';
import { microseconds, ratio, seriesLabel, shapeLabel } from './labels.js';
import { code, folded, table } from './markdown.js';
import type { ReportedProblem } from './report-data.js';

/** That of the paper, which the others are held against. */
const paper = 'task_centric';

/** Nothing where no problem has trials of two decompositions. */
export function decompositionSection(problems: readonly ReportedProblem[], picture: string): string[] {
  const compared = comparedProblems(problems);
  if (compared.length === 0) return [];
  const names = decompositionNames(compared);
  const series = groupBy(compared, ({ problem }) => seriesLabel(problem));
  const tables = [...series].map(([label, members]) => `**${label}**\n\n${timesTable(members, names)}`);
  return [
    '## Decompositions',
    `![Dots: best time of each decomposition per problem, relative to the best of all](${picture})`,
    decompositionSentence(compared),
    'The fastest trial of each decomposition, its parameters free; a search that looks where it is fast tries more variants of what wins. Lead: the time of the second fastest decomposition over that of the fastest.',
    folded('The numbers', tables.join('\n\n')),
  ];
}

/** How often each wins, and how the decomposition of the paper compares with the best other one. */
export function decompositionSentence(compared: readonly ComparedProblem[]): string {
  const wins = decompositionNames(compared).map((name) => {
    const count = winsOf(compared, name);
    return `${code(name)} in ${count === 0 ? 'none' : count}`;
  });
  const count = `${compared.length} problem${compared.length === 1 ? '' : 's'}`;
  return `Fastest, of ${count}: ${wins.join(', ')}.${paperSentence(compared)}`;
}

function paperSentence(compared: readonly ComparedProblem[]): string {
  const factor = factorOverOthers(compared, paper);
  if (factor === undefined) return '';
  const { least, most, mean, problems } = factor;
  const range = least === most ? ratio(least) : `${ratio(least)} to ${ratio(most)}`;
  return ` ${code(paper)} takes ${range} the time of the best other one (geometric mean ${ratio(mean)}, where both were timed: ${problems}).`;
}

function timesTable(compared: readonly ComparedProblem[], names: readonly string[]): string {
  const rows = compared.map((one) => [
    shapeLabel(one.problem),
    String(one.problem.density),
    ...names.map((name) => timeCell(one, name)),
    code(one.times[0]!.decomposition),
    ratio(leadOf(one)),
  ]);
  const columns = [
    ['n × k', 'left'],
    ['density', 'right'],
    ...names.map((name) => [`${code(name)}, µs`, 'right'] as const),
    ['fastest', 'left'],
    ['lead', 'right'],
  ] as const;
  return table(columns, rows);
}

function timeCell({ times }: ComparedProblem, name: string): string {
  const time = times.find(({ decomposition }) => decomposition === name);
  return time === undefined ? '-' : `${microseconds(time.bestUs)} (${ratio(time.relative)})`;
}
