/** The table of counters: one row per winner. */
import {
  gigabytes,
  microseconds,
  percent,
  seriesLabel,
  shapeLabel,
  significant,
  table,
} from '../report/index.js';
import { boundName } from './bound-text.js';
import { boundOf, occupancyLimit, topStall, wavefrontsPerLoad } from './bounds.js';
import type { Profiled } from './profile-file.js';

const columns = [
  ['problem', 'left'],
  ['µs', 'right'],
  ['by itself', 'right'],
  ['GB/s', 'right'],
  ['of roofline', 'right'],
  ['DRAM', 'right'],
  ['issue slots', 'right'],
  ['passes per load', 'right'],
  ['passes per 32 groups', 'right'],
  ['conflicts', 'right'],
  ['warps', 'right'],
  ['registers', 'right'],
  ['CTAs', 'left'],
  ['top stall', 'left'],
  ['bound by', 'left'],
] as const;

export function counterTable(winners: readonly Profiled[]): string {
  return table(columns, winners.map(row));
}

function row(winner: Profiled): string[] {
  const { counters, problem } = winner;
  const stall = topStall(winner);
  const limit = occupancyLimit(winner);
  return [
    `${seriesLabel(problem)} · ${shapeLabel(problem)} · density ${problem.density}`,
    microseconds(winner.medianUs),
    known(counters.durationNs, (ns) => microseconds(ns / 1000)),
    gigabytes(winner.gbPerSecond),
    percent(winner.rooflineFraction),
    known(counters.dramBytesRead, (bytes) => percent(bytes / bytesMoved(winner))),
    known(counters.issuePercent, (value) => percent(value / 100)),
    known(wavefrontsPerLoad(winner), (value) => significant(value, 3)),
    known(counters.sharedWavefronts, (value) => significant((32 * value) / groupsOf(winner), 3)),
    known(conflictShare(winner), percent),
    known(counters.warpsPercent, (value) => percent(value / 100)),
    known(counters.registers, String),
    known(limit, ({ ctas, by }) => `${ctas} (${by})`),
    known(stall, ({ reason, share }) => `${reason} (${percent(share)})`),
    boundName(boundOf(winner)),
  ];
}

function bytesMoved({ gbPerSecond, medianUs }: Profiled): number {
  return gbPerSecond * medianUs * 1e3;
}

function groupsOf({ problem }: Profiled): number {
  return (problem.n * problem.k * problem.density) / problem.groupSize;
}

function conflictShare({ counters }: Profiled): number | undefined {
  const { sharedConflicts, sharedWavefronts } = counters;
  return sharedConflicts === undefined || !sharedWavefronts ? undefined : sharedConflicts / sharedWavefronts;
}

function known<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? '-' : text(value);
}
