/** The time that all others of a problem are compared with. */
import type { ReportedProblem } from './report-data.js';

/** Shortest time seen for a problem in microseconds; a trial within the winner's noise may be below the winner. */
export function fastestUs({ trials, winner }: ReportedProblem): number {
  return Math.min(winner.medianUs, ...trials.map(({ medianUs }) => medianUs));
}
