/** The format of `results/<device>/counters.json`. */
import { z } from 'zod';
import { problemSchema, variantSchema } from '../../generator/index.js';
import { metrics, stallReasons, type CounterName } from './ncu-metrics.js';

export const profileVersion = 1;

const counterNames = Object.keys(metrics) as [CounterName, ...CounterName[]];
const hash = z.string().regex(/^[0-9a-f]{8,64}$/);

/** How counters came about. */
export const profileRunSchema = z.strictObject({
  device: z.string().min(1),
  /** The device that timed the winners: the same, or one with the same SMs and another memory. */
  timedOn: z.string().min(1),
  driver: z.string().nullable(),
  /** Nsight Compute and its version. */
  profiler: z.string().min(1),
  commit: z.string().nullable(),
  command: z.string().min(1),
  timestamp: z.iso.datetime(),
});

/** A kernel that is profiled, and how it was timed. */
export const subjectSchema = z.strictObject({
  problem: problemSchema,
  variant: variantSchema,
  name: z.string().min(1),
  /** Of the kernel that was profiled. */
  hash,
  /** Of the kernel that `winners.json` timed; another where templates have changed since. */
  winnerHash: hash,
  /** Of the winner, in graphs, as `winners.json` has them. */
  medianUs: z.number().positive(),
  gbPerSecond: z.number().positive(),
  rooflineFraction: z.number().positive(),
  processors: z.int().min(1),
  /** Median SM clock of the run that timed it; null where the device did not tell. */
  smMhz: z.number().positive().nullable(),
});

const profiledSchema = z.strictObject({
  ...subjectSchema.shape,
  /** Launches that were profiled; counters are medians over them. */
  launches: z.int().min(1),
  counters: z.partialRecord(z.enum(counterNames), z.number()),
  /** Warps in each state, per issued instruction. */
  stalls: z.partialRecord(z.enum(stallReasons), z.number()),
});

const failureSchema = z.strictObject({ problem: problemSchema, reason: z.string().min(1) });

export const profileSchema = z.strictObject({
  schemaVersion: z.literal(profileVersion),
  ...profileRunSchema.shape,
  /** What the counters are called in Nsight Compute, and their units. */
  metrics: z.partialRecord(
    z.enum(counterNames),
    z.strictObject({ metric: z.string().min(1), unit: z.string().min(1) }),
  ),
  /** Metrics that this version does not know on this device. */
  unknownMetrics: z.array(z.string()),
  winners: z.array(profiledSchema),
  failures: z.array(failureSchema),
});

export type ProfileRun = z.infer<typeof profileRunSchema>;
export type Subject = z.infer<typeof subjectSchema>;
export type Profiled = z.infer<typeof profiledSchema>;
export type ProfileFile = z.infer<typeof profileSchema>;

export function emptyProfile(run: ProfileRun): ProfileFile {
  return { schemaVersion: profileVersion, ...run, metrics, unknownMetrics: [], winners: [], failures: [] };
}
