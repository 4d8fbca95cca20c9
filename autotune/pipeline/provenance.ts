/** How the numbers of a run come about. */
import { release, type as osType } from 'node:os';
import { median } from 'simple-statistics';
import { defaultEquivalence } from '../comparison.js';
import type { Provenance, TrialRun } from '../results/index.js';
import { widestArch } from './arch.js';
import type { RunContext } from './context.js';
import { finalSamples, type Finalist } from './finals.js';
import { evaluationLimit, type TuneOptions } from './options.js';
import { gqsVersion, sourceRevision } from './project.js';

/** `finalists` of all problems so far: their clocks are the run's. */
export async function provenance(context: RunContext, finalists: readonly Finalist[]): Promise<Provenance> {
  const { device, compiler, bandwidth, options } = context;
  return {
    kind: device.kind,
    device: device.name,
    arch: widestArch(device.target),
    processors: device.processors,
    driver: device.driver ?? null,
    compiler: compiler.versionText,
    os: `${osType()} ${release()}`,
    clocks: {
      smMhz: medianOf(finalists.map(({ smMhz }) => smMhz)),
      memoryMhz: medianOf(finalists.map(({ memoryMhz }) => memoryMhz)),
    },
    bandwidthGbPerSecond: bandwidth / 1e9,
    commit: await sourceRevision(),
    gqsVersion: gqsVersion(),
    command: options.command,
    timestamp: new Date().toISOString(),
    protocol: {
      text: protocolText(device.kind, options),
      cache: options.hot ? 'hot' : 'cold',
      samples: finalSamples,
      sampleUs: options.sampleUs,
      confidence: 0.95,
      equivalence: defaultEquivalence,
      strategy: options.strategy,
      seed: options.seed,
      rows: options.rows,
      evaluations: evaluationLimit(options) ?? null,
    },
  };
}

/** The part of it that goes with trials. */
export function trialRun(of: Provenance): TrialRun {
  const { os, driver, compiler, clocks, commit, gqsVersion: version, timestamp } = of;
  return { platform: os, driver, compiler, ...clocks, commit, gqsVersion: version, timestamp };
}

function protocolText(kind: 'cuda' | 'cpu', { hot, rows }: TuneOptions): string {
  const replay = kind === 'cuda' ? 'CUDA graph replays' : 'replays of a launch list on all threads';
  const weights = hot
    ? 'one copy of the weights'
    : 'copies of the weights that exceed the last-level cache threefold';
  return `Medians over ${replay} with ${weights}, candidates interleaved, ${rows} rows`;
}

function medianOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : median(known);
}
