/** How the numbers of a benchmark came about: fields of each of its files, and the sentences that tell them. */
import { z } from 'zod';
import { rowDistributions, type Compiler, type DeviceDescription } from '../../runtime/index.js';
import { sourceRevision } from '../pipeline/project.js';
import { gigabytes } from '../report/index.js';
import { code, plain } from '../report/markdown.js';
import type { Session } from './session.js';

/** What numbers have to have in common to stand side by side. */
export const setupFields = {
  kind: z.enum(['cuda', 'cpu']),
  device: z.string().min(1),
  driver: z.string().nullable(),
  compiler: z.string().min(1),
  /** Weights are rotated through copies of at least this many bytes together. */
  rotationBytes: z.number().positive(),
  sampleUs: z.number().positive(),
  samples: z.int().min(1),
  /** Of the random weights and of x. */
  seed: z.int().min(0),
} as const;

/** What is a run's own. */
export const runFields = {
  /** Medians while our kernels were timed, MHz; null where the device does not tell. */
  clocks: z.strictObject({ smMhz: z.number().nullable(), memoryMhz: z.number().nullable() }),
  commit: z.string().nullable(),
  /** As it was given. */
  command: z.string().min(1),
  timestamp: z.iso.datetime(),
  /** Of a copy on the device, measured in the same run. */
  bandwidthGbPerSecond: z.number().positive(),
} as const;

/** How our kernels' rows are filled, where a file is about one way only. */
export const rowsField = z.enum(rowDistributions);

export type BenchSetup = z.infer<z.ZodObject<typeof setupFields>>;

export type BenchRun = z.infer<z.ZodObject<typeof runFields>>;

/** Seed of the weights and activations that are timed. */
export const benchSeed = 1;

/** Least length of a sample unless stated: starting a graph costs microseconds, which are counted as if kernels took them. */
export const sampleUs = 2000;

export interface Timing {
  readonly samples: number;
  /** Least length of a sample in microseconds. */
  readonly sampleUs: number;
}

export function setupOf(
  device: DeviceDescription,
  compiler: Compiler,
  { samples, sampleUs: least }: Timing,
): BenchSetup {
  return {
    kind: device.kind,
    device: device.name,
    driver: device.driver ?? null,
    compiler: compiler.versionText,
    rotationBytes: rotationBytes(device),
    samples,
    sampleUs: least,
    seed: benchSeed,
  };
}

/** Before anything of ours is timed: its clocks are still to come. */
export async function runOf({ bandwidth }: Pick<Session, 'bandwidth'>, command: string): Promise<BenchRun> {
  return {
    clocks: { smMhz: null, memoryMhz: null },
    commit: await sourceRevision(),
    command,
    timestamp: new Date().toISOString(),
    bandwidthGbPerSecond: bandwidth / 1e9,
  };
}

/** Three times the last-level cache: what is read again has left it. */
export function rotationBytes({ target }: Pick<DeviceDescription, 'target'>): number {
  return 3 * (target.kind === 'cuda' ? target.l2Bytes : target.llcBytes);
}

/** How the times were taken, in one sentence. */
export function protocolText({ kind, rotationBytes: bytes, ...timing }: BenchSetup): string {
  const replays = kind === 'cuda' ? 'CUDA graphs' : 'lists of launches on all threads';
  const length = `${timing.samples} samples of at least ${timing.sampleUs / 1000} ms each`;
  return `Times are medians of ${length} over ${replays} that go round copies of the weights; the copies together take at least ${Math.round(bytes / 1e6)} MB, so that none is in the cache.`;
}

/** What they were taken on and with. */
export function provenanceText(of: BenchSetup & BenchRun): string {
  const facts = [...setupFacts(of), ...runFacts(of)].join(', ');
  return `${copyText(of)} On ${plain(of.device)} with ${facts}. Made by ${code(of.command)}.`;
}

/** The part of it that all runs of a file have in common. */
export function setupText(of: BenchSetup): string {
  return `On ${plain(of.device)} with ${setupFacts(of).join(', ')}.`;
}

/** The part of it that is a run's own. */
export function runText(of: BenchRun): string {
  return `${copyText(of)} With ${runFacts(of).join(', ')}. Made by ${code(of.command)}.`;
}

function copyText({ bandwidthGbPerSecond }: BenchRun): string {
  return `A copy in the device's memory moves ${gigabytes(bandwidthGbPerSecond)} GB/s in the same run.`;
}

function setupFacts({ driver, compiler }: BenchSetup): string[] {
  return [...(driver === null ? [] : [`driver ${plain(driver)}`]), plain(compiler)];
}

function runFacts({ clocks: { smMhz, memoryMhz }, commit, timestamp }: BenchRun): string[] {
  return [
    ...(smMhz === null ? [] : [`SM clock ${smMhz} MHz`]),
    ...(memoryMhz === null ? [] : [`memory clock ${memoryMhz} MHz`]),
    `commit ${commit ?? 'unknown'}`,
    timestamp,
  ];
}
