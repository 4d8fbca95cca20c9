/** How the numbers of a run came about, in words. */
import type { Provenance } from '../results/index.js';
import { gigabytes, percent, rounded } from './labels.js';
import type { ReportedRun } from './report-data.js';

export function reportedRun(provenance: Provenance, problems: number): ReportedRun {
  return { facts: runFacts(provenance), command: provenance.command, problems };
}

function runFacts(provenance: Provenance): [string, string][] {
  const { protocol, clocks } = provenance;
  const unit = provenance.kind === 'cuda' ? 'SMs' : 'threads';
  return [
    ['device', `${provenance.device}, ${provenance.arch}, ${provenance.processors} ${unit}`],
    ...present('driver', provenance.driver),
    ['compiler', provenance.compiler],
    ['system', provenance.os],
    ...present('clocks', clockText(clocks)),
    ['bandwidth', `${gigabytes(provenance.bandwidthGbPerSecond)} GB/s, measured`],
    ['gqs', `${provenance.gqsVersion}, commit ${provenance.commit ?? 'unknown'}`],
    ['date', provenance.timestamp],
    ['protocol', protocol.text],
    ['cache', protocol.cache],
    ['samples', `${protocol.samples} per finalist, each at least ${protocol.sampleUs} µs long`],
    [
      'statistics',
      `medians, ${percent(protocol.confidence)} intervals; a tie below ${rounded(protocol.equivalence * 100)} %`,
    ],
    ['search', searchText(protocol)],
  ];
}

function clockText({ smMhz, memoryMhz }: Provenance['clocks']): string | null {
  const parts = [];
  if (smMhz !== null) parts.push(`SM ${smMhz} MHz`);
  if (memoryMhz !== null) parts.push(`memory ${memoryMhz} MHz`);
  return parts.length === 0 ? null : `${parts.join(', ')} (medians while timing)`;
}

function searchText({ strategy, seed, evaluations }: Provenance['protocol']): string {
  const limit =
    evaluations === null ? 'no limit on evaluations' : `at most ${evaluations} evaluations per problem`;
  // As --strategy names it.
  const name = strategy === 'climb' ? 'hill-climb' : strategy;
  return `${name}, seed ${seed}, ${limit}`;
}

function present(label: string, value: string | null): [string, string][] {
  return value === null ? [] : [[label, value]];
}
