/** The text of report.md. */
import { decompositionSection } from './decomposition-section.js';
import type { ParameterWorth } from './parameter-worth.js';
import { code, folded, plain, sections, table } from './markdown.js';
import { ratio } from './labels.js';
import type { ReportData, ReportedRun } from './report-data.js';
import { spreadLimit } from './spread.js';
import { summaryTable, tieSets, winnersTable } from './winner-tables.js';

/** File names of the pictures, next to report.md. */
export const pictures = {
  speedup: 'speedup.svg',
  bandwidth: 'bandwidth.svg',
  spread: 'spread.svg',
  decompositions: 'decompositions.svg',
  parameters: 'parameters.svg',
} as const;

export function reportPage(data: ReportData, worth: readonly ParameterWorth[]): string {
  return sections([
    `# Tuning report: ${plain(data.device)}`,
    'Made by `gqs-tune report` from `winners.json` and `trials.t4.json` in this folder; do not edit by hand.',
    ...provenance(data),
    ...speedup(data),
    ...bandwidth(),
    ...spread(data),
    ...decompositionSection(data.problems, pictures.decompositions),
    ...parameters(worth),
    ...failures(data),
  ]);
}

function provenance({ runs }: ReportData): string[] {
  const [latest, ...earlier] = runs.map(runSection);
  if (earlier.length === 0) return [latest!];
  const count = `${earlier.length} earlier run${earlier.length === 1 ? '' : 's'}`;
  return [latest!, folded(`Some winners are of ${count}`, earlier.join('\n\n'))];
}

function runSection({ facts, command, problems }: ReportedRun): string {
  const columns = [
    ['measured', 'left'],
    ['with', 'left'],
  ] as const;
  const rows = facts.map(([label, value]) => [label, plain(value)]);
  rows.push(['winners', `${problems} problem${problems === 1 ? '' : 's'}`]);
  return `${table(columns, rows)}\n\nTo measure again on such a device:\n\n\`\`\`sh\n${command}\n\`\`\``;
}

function speedup(data: ReportData): string[] {
  return [
    '## Winners',
    `![Bars: speed-up of each winner over the dense baseline, per problem and density](${pictures.speedup})`,
    'Geometric means over the problems of each row:',
    summaryTable(data.problems),
    'W4 G16: 4-bit integers in groups of 16. n × k: output by input channels. Density: fraction of groups kept. ' +
      'The dense baseline and the default variant were timed in the same run as the winner. ' +
      'Ties: how many other variants cannot be told from the winner within the noise.',
    winnersTable(data.problems),
    tieSets(data.problems),
  ];
}

function bandwidth(): string[] {
  return [
    '## Bandwidth',
    `![Bars: bandwidth of each winner against the bandwidth measured on the device](${pictures.bandwidth})`,
    'Bytes that the kernel has to move (packed weights, x, y) over its median time. The roofline is the bandwidth that a large copy (GPU) or read (CPU) reached on this device; ' +
      'what is above it was served by a cache.',
  ];
}

function spread(data: ReportData): string[] {
  const timed = data.problems.reduce((sum, { trials }) => sum + trials.length, 0);
  return [
    '## Spread of the space',
    `![Histograms: times of all trials per problem, with winner, default variant and dense baseline marked](${pictures.spread})`,
    `${timed} trials were verified and timed, those that came out slow a few times only, the best often. Times of ${spreadLimit} times the best and beyond stand at the right edge.`,
  ];
}

function parameters(worth: readonly ParameterWorth[]): string[] {
  if (worth.length === 0) return [];
  const rows = worth.flatMap(({ parameter, values }) =>
    values.map((value, index) => [
      index === 0 ? code(parameter) : '',
      code(value.value),
      ratio(value.best),
      ratio(value.median),
      String(value.trials),
      String(value.problems),
    ]),
  );
  const columns = [
    ['parameter', 'left'],
    ['value', 'left'],
    ['best', 'right'],
    ['median', 'right'],
    ['trials', 'right'],
    ['problems', 'right'],
  ] as const;
  return [
    '## What each parameter is worth',
    `![Dots: best and median time per parameter value, relative to the best of the problem](${pictures.parameters})`,
    'Times over the best time of their problem. Best: the fastest trial with this value, geometric mean over the problems that tried it; ' +
      '1.00× costs nothing. Median: of its trials with this value, likewise. A search that looks where it is fast tries good values more often.',
    folded('The numbers', table(columns, rows)),
  ];
}

function failures(data: ReportData): string[] {
  if (data.failures.length === 0)
    return ['## Failures', 'None: every trial was compiled, verified and timed.'];
  const rows = data.failures.map(({ kind, reason, count, example }) => [
    plain(kind),
    plain(reason),
    String(count),
    code(example),
  ]);
  const columns = [
    ['kind', 'left'],
    ['reason', 'left'],
    ['trials', 'right'],
    ['for example', 'left'],
  ] as const;
  return ['## Failures', table(columns, rows)];
}
