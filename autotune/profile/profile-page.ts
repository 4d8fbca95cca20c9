/** Hardware counters as a page. */
import { problemName } from '../../generator/index.js';
import { code, groupBy, percent, plain, shapeLabel } from '../report/index.js';
import { firmBound, nearBound } from './bounds.js';
import { shapeText } from './bound-text.js';
import { counterTable } from './counter-table.js';
import type { ProfileFile } from './profile-file.js';

/** The same profile gives the same text. */
export function profilePage(file: ProfileFile): string {
  const parts = [
    `# Hardware counters of the winners on ${plain(file.device)}`,
    'Made by `gqs-tune profile`; do not edit by hand.',
    facts(file),
    ...counters(file),
    ...failures(file),
  ];
  return `${parts.join('\n\n')}\n`;
}

function facts(file: ProfileFile): string {
  const timed = file.timedOn === file.device ? '' : `, on ${plain(file.timedOn)}, whose SMs are the same`;
  return [
    `${plain(file.profiler)}, driver ${plain(file.driver ?? 'unknown')}, commit ${file.commit ?? 'unknown'}, ${file.timestamp}. Made by ${code(file.command)}.`,
    `Times and bandwidth are those of \`winners.json\`: medians in graphs over rotated weights${timed}. Counters are medians over launches of the same kernel on other copies of the weights, caches flushed before each pass and clocks left alone; a launch under the profiler does not overlap with its neighbours, and so takes longer ("by itself").`,
  ].join('\n\n');
}

function counters(file: ProfileFile): string[] {
  if (file.winners.length === 0) return [];
  const shapes = groupBy(file.winners, ({ problem }) => shapeLabel(problem));
  const paragraphs = [...shapes].map(([shape, winners]) => `### ${shape}\n\n${shapeText(winners)}`);
  return [
    counterTable(file.winners),
    legend(),
    ...changed(file),
    '## What bounds them',
    rules(),
    ...paragraphs,
  ];
}

function legend(): string {
  return 'Issue slots, warps: share of the cycles in which a scheduler issues, and of the warps that an SM could hold, by itself. Passes: of shared-memory loads through the data stage, per load of a warp, and of all shared-memory instructions per 32 surviving groups. Conflicts: the part of the passes that bank conflicts added. DRAM: bytes read over those that the kernel has to move. CTAs: how many fit on an SM, and what limits them. Top stall: what most warps wait for, and its share of all waiting.';
}

function rules(): string {
  return [
    'How long a unit is in use, as a share of the median in graphs:',
    '- memory bandwidth: the fraction of the roofline',
    '- instruction issue: instructions over the issue slots of all schedulers (four per SM) at the clock of that run',
    '- shared memory: passes through the data stage of shared memory and L1 over the cycles of all SMs at that clock',
    '',
    `A kernel is bound by the unit that is in use the longest, from ${percent(firmBound)} of the time on; from ${percent(nearBound)} on it is near that limit; below, it is bound by latency and the ramp of a launch.`,
  ].join('\n');
}

function changed(file: ProfileFile): string[] {
  const names = file.winners.filter(({ hash, winnerHash }) => hash !== winnerHash);
  if (names.length === 0) return [];
  const list = names.map(({ problem }) => code(problemName(problem))).join(', ');
  return [
    `Templates have changed since ${names.length} of the ${file.winners.length} winners were timed; these kernels were generated again from their variants: ${list}.`,
  ];
}

function failures(file: ProfileFile): string[] {
  const parts: string[] = [];
  if (file.failures.length > 0) {
    const lines = file.failures.map(
      ({ problem, reason }) => `- ${code(problemName(problem))}: ${plain(reason)}`,
    );
    parts.push('## Not profiled', lines.join('\n'));
  }
  if (file.unknownMetrics.length > 0) {
    parts.push(`Not known to this profiler on this device: ${file.unknownMetrics.map(code).join(', ')}.`);
  }
  return parts;
}
