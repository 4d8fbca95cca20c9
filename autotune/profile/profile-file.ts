/** The format of `results/<device>/counters.json`. */
import { z } from 'zod';
import { problemSchema, variantSchema } from '../../generator/index.js';
import { metrics, stallReasons, type CounterName } from './ncu-metrics.js';

export const profileVersion = 1;

const counterNames = Object.keys(metrics) as [CounterName, ...CounterName[]];

const profiledSchema = z.strictObject({
  problem: problemSchema,
  variant: variantSchema,
  /** Of the kernel that was profiled; it differs from the winner's where templates have changed since. */
  hash: z.string().min(1),
  /** Of the winner, in graphs, as `winners.json` has them. */
  medianUs: z.number().positive(),
  gbPerSecond: z.number().positive(),
  rooflineFraction: z.number().positive(),
  counters: z.partialRecord(z.enum(counterNames), z.number()),
  stalls: z.partialRecord(z.enum(stallReasons), z.number()),
});

const failureSchema = z.strictObject({ problem: problemSchema, reason: z.string().min(1) });

export const profileSchema = z.strictObject({
  schemaVersion: z.literal(profileVersion),
  device: z.string().min(1),
  driver: z.string().nullable(),
  /** Version of Nsight Compute. */
  profiler: z.string().min(1),
  commit: z.string().nullable(),
  command: z.string().min(1),
  timestamp: z.iso.datetime(),
  winners: z.array(profiledSchema),
  failures: z.array(failureSchema),
});

export type Profiled = z.infer<typeof profiledSchema>;
export type ProfileFile = z.infer<typeof profileSchema>;
