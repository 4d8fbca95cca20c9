/** What the process that a profiler watches is asked to launch. */
import { z } from 'zod';
import { problemSchema, variantSchema } from '../../generator/index.js';
import { rowDistributions } from '../../runtime/index.js';

export const launchRequestSchema = z.strictObject({
  device: z.string(),
  arch: z.string(),
  problem: problemSchema,
  variant: variantSchema,
  /** Of the random weights and activations, as the tuner draws them. */
  seed: z.int(),
  rows: z.enum(rowDistributions),
  /** The compiled kernel: compiling is not for the profiler to watch. */
  binaryPath: z.string(),
});

export type LaunchRequest = z.infer<typeof launchRequestSchema>;

/** Launches before the profiled ones: they find an idle device. */
export const warmUpLaunches = 2;
/** Launches that are profiled, each on another copy of the weights. */
export const profiledLaunches = 3;
