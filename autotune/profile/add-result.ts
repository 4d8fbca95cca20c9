/** One kernel's counters, or the reason why there are none, into a profile. */
import { medianCounters } from './median-counters.js';
import type { ProfileFile, Subject } from './profile-file.js';
import type { NcuReading } from './read-output.js';

export function addResult(file: ProfileFile, subject: Subject, reading: NcuReading): void {
  if (reading.kind === 'counted') {
    const { launches } = reading;
    file.winners.push({ ...subject, launches: launches.length, ...medianCounters(launches) });
  } else {
    addFailure(file, subject.problem, reading.reason);
  }
}

/** Returns the reason as it is kept: on one line. */
export function addFailure(file: ProfileFile, problem: Subject['problem'], reason: string): string {
  const oneLine = reason.replace(/\s+/g, ' ').trim() || 'it gave no reason';
  file.failures.push({ problem, reason: oneLine });
  return oneLine;
}
