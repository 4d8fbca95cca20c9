/** The tables of winners: all of them, what they come to per density, and their tie sets. */
import { geometricMean } from 'simple-statistics';
import { groupBy } from './group-by.js';
import { gigabytes, microseconds, percent, ratio, significant, seriesLabel, shapeLabel } from './labels.js';
import { code, folded, table } from './markdown.js';
import type { ReportedProblem } from './report-data.js';

/** Per weight format and density: how many problems, and geometric means over them. */
export function summaryTable(problems: readonly ReportedProblem[]): string {
  const groups = groupBy(problems, ({ problem }) => `${seriesLabel(problem)}\n${problem.density}`);
  const rows = [...groups.values()].map((members) => {
    const { problem } = members[0]!;
    const mean = (of: (p: ReportedProblem) => number) => geometricMean(members.map(of));
    const overDense = members.flatMap(({ winner }) => winner.speedupOverDense ?? []);
    return [
      seriesLabel(problem),
      String(problem.density),
      String(members.length),
      overDense.length === 0 ? '-' : ratio(geometricMean(overDense)),
      ratio(mean(({ winner }) => winner.speedupOverDefault)),
      percent(mean(({ winner }) => winner.rooflineFraction)),
    ];
  });
  return table(
    [
      ['weights and x', 'left'],
      ['density', 'right'],
      ['problems', 'right'],
      ['over dense', 'right'],
      ['over default', 'right'],
      ['of roofline', 'right'],
    ],
    rows,
  );
}

/** One row per problem, one table per weight format. */
export function winnersTable(problems: readonly ReportedProblem[]): string {
  const groups = groupBy(problems, ({ problem }) => seriesLabel(problem));
  return [...groups].map(([series, members]) => `**${series}**\n\n${seriesTable(members)}`).join('\n\n');
}

function seriesTable(problems: readonly ReportedProblem[]): string {
  const rows = problems.map(({ problem, winner, denseUs }) => [
    shapeLabel(problem),
    String(problem.density),
    microseconds(winner.medianUs),
    interval(winner.intervalUs),
    gigabytes(winner.gbPerSecond),
    percent(winner.rooflineFraction),
    denseUs === null ? '-' : microseconds(denseUs),
    winner.speedupOverDense === null ? '-' : ratio(winner.speedupOverDense),
    ratio(winner.speedupOverDefault),
    winner.tie.length === 0 ? '-' : String(winner.tie.length),
    code(winner.name),
  ]);
  return table(
    [
      ['n × k', 'left'],
      ['density', 'right'],
      ['median, µs', 'right'],
      ['interval, µs', 'right'],
      ['GB/s', 'right'],
      ['of roofline', 'right'],
      ['dense, µs', 'right'],
      ['over dense', 'right'],
      ['over default', 'right'],
      ['ties', 'right'],
      ['winner', 'left'],
    ],
    rows,
  );
}

/** Four digits, so that the ends of a narrow interval differ. */
function interval([low, high]: readonly [number, number]): string {
  return `${significant(low, 4)} to ${significant(high, 4)}`;
}

/** Which variants cannot be told from each winner; empty when there are none. */
export function tieSets(problems: readonly ReportedProblem[]): string {
  const tied = problems.filter(({ winner }) => winner.tie.length > 0);
  if (tied.length === 0) return '';
  const rows = tied.map(({ problem, winner }) => [
    `${seriesLabel(problem)} · ${shapeLabel(problem)} · density ${problem.density}`,
    winner.tie.map(code).join('<br>'),
  ]);
  const columns = [
    ['problem', 'left'],
    ['as fast as the winner within the noise', 'left'],
  ] as const;
  return folded(`Tie sets (${tied.length} problems)`, table(columns, rows));
}
