/** How the numbers of a benchmark came about: fields of each of its files, and the sentences that tell them. */
import { z } from 'zod';
import { rowDistributions, type Compiler, type DeviceDescription } from '../../runtime/index.js';
import { sourceRevision } from '../pipeline/project.js';
import { gigabytes } from '../report/index.js';
import { code, plain } from '../report/markdown.js';
import type { Session } from './session.js';

export const provenanceFields = {
  kind: z.enum(['cuda', 'cpu']),
  device: z.string().min(1),
  driver: z.string().nullable(),
  compiler: z.string().min(1),
  /** Medians while our kernels were timed, MHz; null where the device does not tell. */
  clocks: z.strictObject({ smMhz: z.number().nullable(), memoryMhz: z.number().nullable() }),
  commit: z.string().nullable(),
  /** The command that makes the file again. */
  command: z.string().min(1),
  timestamp: z.iso.datetime(),
  /** Measured in the same run. */
  bandwidthGbPerSecond: z.number().positive(),
  /** Weights are rotated through copies of at least this many bytes together. */
  rotationBytes: z.number().positive(),
  sampleUs: z.number().positive(),
  samples: z.int().min(1),
  /** Of the random weights and of x. */
  seed: z.int().min(0),
} as const;

/** How our kernels' rows are filled, where a file is about one way only. */
export const rowsField = z.enum(rowDistributions);

export type BenchProvenance = z.infer<z.ZodObject<typeof provenanceFields>>;

/** Seed of the weights and activations that are timed. */
export const benchSeed = 1;

/** Least length of a sample unless stated: starting a graph costs microseconds, which are counted as if kernels took them. */
export const sampleUs = 2000;

export interface Timing {
  readonly samples: number;
  /** Least length of a sample in microseconds. */
  readonly sampleUs: number;
}

export async function provenanceOf(
  { device, bandwidth }: Pick<Session, 'device' | 'bandwidth'>,
  compiler: Compiler,
  command: string,
  timing: Timing,
): Promise<BenchProvenance> {
  return {
    kind: device.kind,
    device: device.name,
    driver: device.driver ?? null,
    compiler: compiler.versionText,
    clocks: { smMhz: null, memoryMhz: null },
    commit: await sourceRevision(),
    command,
    timestamp: new Date().toISOString(),
    bandwidthGbPerSecond: bandwidth / 1e9,
    rotationBytes: rotationBytes(device),
    samples: timing.samples,
    sampleUs: timing.sampleUs,
    seed: benchSeed,
  };
}

/** Three times the last-level cache: what is read again has left it. */
export function rotationBytes({ target }: Pick<DeviceDescription, 'target'>): number {
  return 3 * (target.kind === 'cuda' ? target.l2Bytes : target.llcBytes);
}

/** How the times were taken, in one sentence. */
export function protocolText({ kind, rotationBytes: bytes, ...timing }: BenchProvenance): string {
  const replays = kind === 'cuda' ? 'CUDA graphs' : 'lists of launches on all threads';
  const length = `${timing.samples} samples of at least ${timing.sampleUs / 1000} ms each`;
  return `Times are medians of ${length} over ${replays} that go round copies of the weights; the copies together take at least ${Math.round(bytes / 1e6)} MB, so that none is in the cache.`;
}

/** What they were taken on and with. */
export function provenanceText(of: BenchProvenance): string {
  const { smMhz, memoryMhz } = of.clocks;
  const clocks = [
    ...(smMhz === null ? [] : [`SM clock ${smMhz} MHz`]),
    ...(memoryMhz === null ? [] : [`memory clock ${memoryMhz} MHz`]),
  ];
  const facts = [
    ...(of.driver === null ? [] : [`driver ${plain(of.driver)}`]),
    plain(of.compiler),
    ...clocks,
    `commit ${of.commit ?? 'unknown'}`,
    of.timestamp,
  ];
  const copy = `A copy in the device's memory moves ${gigabytes(of.bandwidthGbPerSecond)} GB/s in the same run.`;
  return `${copy} On ${plain(of.device)} with ${facts.join(', ')}. Made by ${code(of.command)}.`;
}
