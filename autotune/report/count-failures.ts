/** Trials that gave no time, put together by why. */
import type { Trial } from '../trial.js';
import { groupBy } from './group-by.js';
import { compareText } from './labels.js';
import type { FailureCount } from './report-data.js';

/** Failures of one kind whose messages differ in numbers only count as one; the most frequent first. */
export function countFailures(trials: readonly Trial[]): FailureCount[] {
  const failed = trials.flatMap(({ name, outcome }) => {
    if (outcome.status === 'ok') return [];
    const reason = outcome.message.trim().split('\n')[0]!;
    return [{ name, kind: outcome.invalidity, reason: reason === '' ? 'no message' : reason }];
  });
  const sorted = failed.sort((a, b) => compareText(a.reason, b.reason) || compareText(a.name, b.name));
  const groups = groupBy(sorted, ({ kind, reason }) => `${kind} ${reason.replace(/\d+(?:\.\d+)?/g, '#')}`);
  return [...groups.values()]
    .map((members) => {
      const { kind, reason, name } = members[0]!;
      return { kind, reason, count: members.length, example: name };
    })
    .sort((a, b) => b.count - a.count || compareText(a.kind, b.kind) || compareText(a.reason, b.reason));
}
