/** From the files of a results folder to what a report shows. */
import { problemName } from '../../generator/index.js';
import type { Provenance, TunedProblem, Winner, WinnersFile } from '../results/index.js';
import { countFailures } from './count-failures.js';
import { groupBy } from './group-by.js';
import { compareProblems, compareText } from './labels.js';
import type { ReportData, ReportedProblem, ReportedRun, TimedTrial } from './report-data.js';
import { reportedRun } from './run-facts.js';

/** Trials of problems without a winner are counted where they failed and left out elsewhere. */
export function collect(file: WinnersFile, tuned: readonly TunedProblem[]): ReportData {
  const trialsOf = new Map(tuned.map((entry) => [problemName(entry.problem), entry]));
  const { kind, processors, bandwidthGbPerSecond } = file.provenance;
  return {
    device: kind === 'cpu' ? `${file.device}, ${processors} threads` : file.device,
    runs: reportedRuns(file),
    rooflineGbPerSecond: bandwidthGbPerSecond,
    problems: file.winners
      .toSorted((a, b) => compareProblems(a.problem, b.problem))
      .map((winner) => reportedProblem(winner, trialsOf.get(problemName(winner.problem)))),
    failures: countFailures(tuned.flatMap(({ trials }) => trials)),
  };
}

function reportedProblem(winner: Winner, tuned: TunedProblem | undefined): ReportedProblem {
  const { problem, denseUs, defaultUs, spaceSize } = winner;
  const others = winner.tie.filter(({ hash }) => hash !== winner.hash);
  return {
    problem,
    denseUs,
    defaultUs,
    spaceSize,
    winner: { ...winner, tie: others.map(({ name }) => name) },
    trials: timedTrials(tuned),
  };
}

/** The dense baseline is timed like a trial but is no point of the space. */
function timedTrials(tuned: TunedProblem | undefined): TimedTrial[] {
  const timed = (tuned?.trials ?? []).flatMap(({ name, variant, outcome }) => {
    if (outcome.status !== 'ok' || variant.decomposition === 'dense_rows') return [];
    return [{ name, configuration: { ...variant }, medianUs: outcome.medianUs }];
  });
  return timed.sort((a, b) => a.medianUs - b.medianUs || compareText(a.name, b.name));
}

/** The file's own run first, then those that measured winners which were kept, the latest first. */
function reportedRuns({ provenance, winners }: WinnersFile): ReportedRun[] {
  const runs = groupBy(winners, (winner) => JSON.stringify(winner.provenance ?? provenance));
  const own = JSON.stringify(provenance);
  const earlier = [...runs]
    .filter(([run]) => run !== own)
    .map(([run, members]) => ({ run: JSON.parse(run) as Provenance, problems: members.length }))
    .sort((a, b) => compareText(b.run.timestamp, a.run.timestamp));
  return [
    reportedRun(provenance, runs.get(own)?.length ?? 0),
    ...earlier.map(({ run, problems }) => reportedRun(run, problems)),
  ];
}
