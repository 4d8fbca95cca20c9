/** Numbers and tables as the terminal shows them. */
import { weightFormat } from '../weight-format.js';
import type { TuneEvent, WinnerSummary } from './events.js';

/** Three significant digits at least: 3.64, 12.2, 1240. */
export function microseconds(us: number): string {
  return us >= 1000 ? us.toFixed(0) : us >= 100 ? us.toFixed(1) : us.toFixed(2);
}

export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(0)} %`;
}

/** `2.31x`; `-` where there is nothing to compare with. */
function times(ratio: number | null): string {
  return ratio === null ? '-' : `${ratio.toFixed(2)}x`;
}

/** `2m05s`, `48s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
}

/** Columns padded to their widest cell; the first column to the left, the others to the right. */
export function alignedTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [header, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

const winnerHeader = [
  'shape',
  'weights',
  'density',
  'm',
  'x',
  'median us',
  '95 % interval',
  'vs dense',
  'GB/s',
  'roofline',
  'vs default',
  'ties',
];

/** The table of winners that ends a run. */
export function winnersTable(winners: readonly WinnerSummary[]): string {
  const rows = winners.map((w) => [
    `${w.n}x${w.k}`,
    weightFormat(w),
    String(w.density),
    String(w.m),
    w.activation,
    microseconds(w.medianUs),
    `${microseconds(w.intervalUs[0])} - ${microseconds(w.intervalUs[1])}`,
    times(w.speedupOverDense),
    w.gbPerSecond.toFixed(w.gbPerSecond >= 100 ? 0 : 1),
    percent(w.rooflineFraction),
    times(w.speedupOverDefault),
    String(w.ties),
  ]);
  return alignedTable(winnerHeader, rows);
}

type Progress = Extract<TuneEvent, { event: 'progress' }>;

/** `best 412 us (63 % of roofline)`, or nothing yet. */
export function bestSoFar({ bestUs, rooflineFraction }: Progress): string {
  if (bestUs === undefined) return 'nothing timed yet';
  const share = rooflineFraction === undefined ? '' : ` (${percent(rooflineFraction)} of roofline)`;
  return `best ${microseconds(bestUs)} us${share}`;
}

/** `verify 2/6`: the evaluations of the search no longer move then. Empty before. */
export function finalStep({ phase, step, stepDone, stepTotal }: Progress): string {
  return phase === 'final' ? `${step} ${stepDone}/${stepTotal}` : '';
}

export function timeLeft({ secondsLeft }: Progress): string {
  return secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`;
}

/** One line for an event that stays on the screen; undefined for progress. */
export function eventLine(event: TuneEvent): string | undefined {
  switch (event.event) {
    case 'device':
      return `${event.id}: ${event.name}, ${event.processors} processors, ${event.gbPerSecond.toFixed(1)} GB/s measured, ${event.problems} problem(s)`;
    case 'problem':
      return `[${event.index}/${event.of}] ${event.problem}: ${event.spaceSize} variants, ${event.rejected} rejected by constraints`;
    case 'winner': {
      const { variant, medianUs, rooflineFraction, speedupOverDense, speedupOverDefault } = event.winner;
      return `  winner ${variant}: ${microseconds(medianUs)} us, ${percent(rooflineFraction)} of roofline, ${times(speedupOverDense)} dense, ${times(speedupOverDefault)} default`;
    }
    case 'failure':
      return `  no winner: ${event.message}`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'done':
      return doneText(event.summary);
    case 'progress':
      return undefined;
  }
}

function doneText({
  winners,
  failures,
  interrupted,
  files,
  resultsDirectory,
}: Extract<TuneEvent, { event: 'done' }>['summary']): string {
  const lines = [''];
  if (winners.length > 0) lines.push(winnersTable(winners), '');
  for (const { problem, message } of failures) lines.push(`${problem}: no winner: ${message}`);
  if (interrupted) lines.push('Ended early; what was measured is kept. Continue with --resume.');
  lines.push(
    files.length === 0 ? `Nothing was written to ${resultsDirectory}.` : 'Written:',
    ...files.map((file) => `  ${file}`),
  );
  return lines.join('\n');
}
