/** Hardware counters as a page. */
import { problemName, variantName } from '../../generator/index.js';
import { plain, table } from '../report/index.js';
import { boundText, memoryBound, topStall, unitBound } from './bounds.js';
import type { Profiled, ProfileFile } from './profile-file.js';

export function profilePage(file: ProfileFile): string {
  const parts = [
    `# Hardware counters of the winners on ${plain(file.device)}`,
    facts(file),
    table(columns, file.winners.map(row)),
    '## What bounds them',
  ];
  parts.push(
    ...file.winners.map(
      (winner) =>
        `**${problemName(winner.problem)}** (\`${variantName(winner.variant)}\`). ${boundText(winner)}`,
    ),
  );
  if (file.failures.length > 0) {
    const lines = file.failures.map(({ problem, reason }) => `- ${problemName(problem)}: ${plain(reason)}`);
    parts.push('## Not profiled', lines.join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function facts(file: ProfileFile): string {
  return [
    `Microseconds and bandwidth are those of \`winners.json\`: medians in graphs over rotated weights. The counters are of one launch by itself, caches flushed before, as Nsight Compute replays it: it does not overlap with its neighbours, and so takes longer.`,
    `Bound by memory: at least ${100 * memoryBound} % of the measured bandwidth. Else bound by instruction issue or by shared memory: the busier of the two, from ${unitBound} % of its peak. Else bound by latency.`,
    `Wavefronts per group: passes of shared-memory instructions through the data stage, of 32 lanes each, per 32 surviving groups; conflicts: the part of them that bank conflicts added.`,
    `${file.profiler}, driver ${file.driver ?? 'unknown'}, commit ${file.commit ?? 'unknown'}, ${file.timestamp}. Made by \`${file.command}\`.`,
  ].join(' ');
}

const columns = [
  ['problem', 'left'],
  ['µs', 'right'],
  ['GB/s', 'right'],
  ['of roofline', 'right'],
  ['issue slots', 'right'],
  ['data stage', 'right'],
  ['wavefronts per 32 groups', 'right'],
  ['conflicts', 'right'],
  ['warps', 'right'],
  ['registers', 'right'],
  ['top stall', 'left'],
] as const;

function row(winner: Profiled): string[] {
  const { counters, problem } = winner;
  const stall = topStall(winner);
  const groups = (problem.n * problem.k * problem.density) / problem.groupSize;
  const wavefronts = counters.sharedWavefronts;
  const conflicts = counters.sharedConflicts;
  const share = wavefronts && conflicts !== undefined ? (100 * conflicts) / wavefronts : undefined;
  return [
    problemName(problem),
    winner.medianUs.toFixed(2),
    winner.gbPerSecond.toFixed(0),
    percent(100 * winner.rooflineFraction),
    percent(counters.issuePercent),
    percent(counters.dataPipePercent),
    wavefronts === undefined ? '-' : ((32 * wavefronts) / groups).toFixed(1),
    percent(share),
    percent(counters.warpsPercent),
    counters.registers?.toFixed(0) ?? '-',
    stall === undefined ? '-' : `${stall.reason} (${percent(100 * stall.share)})`,
  ];
}

function percent(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(0)} %`;
}
