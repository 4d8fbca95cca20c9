/**
 * The T4 results format, version 1.1, of the FAIR autotuning work (autotuning_methodology, schemas/T4.json), so that
 * other tuners' tools can read our trials. What T4 has no place for is under `gqs`, which has a schema of its own.
 */
import { z } from 'zod';
import { problemSchema } from '../../generator/index.js';

export const t4Version = '1.1.0';
export const gqsTrialsVersion = 1;

const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

const measurementSchema = z.strictObject({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
});

/** All times in `metadata.timeunit`. */
const timesSchema = z.strictObject({
  compilation_time: z.number().min(0),
  runtimes: z.array(z.number().positive()),
  framework: z.number().min(0),
  search_algorithm: z.number().min(0),
  validation: z.number().min(0),
});

/** What a trial has beyond T4. */
const gqsTrialSchema = z.strictObject({
  /** Index into the file's `gqs.problems`. */
  problem: z.int().min(0),
  name: z.string().min(1),
  hash: z.string().regex(/^[0-9a-f]{8,64}$/),
  repetitions: z.int().min(1),
  /** What went wrong, of a trial that is not 'correct'. */
  message: z.string().optional(),
});

export const t4ResultSchema = z
  .strictObject({
    timestamp: z.iso.datetime(),
    configuration: z.record(z.string(), parameterValue),
    objectives: z.array(z.string()),
    times: timesSchema,
    invalidity: z.enum(['timeout', 'compile', 'runtime', 'correctness', 'constraints', 'correct']),
    correctness: z.literal([0, 1]),
    measurements: z.array(measurementSchema),
    gqs: gqsTrialSchema,
  })
  .refine((r) => (r.invalidity === 'correct') === r.measurements.some(({ name }) => name === 'time'), {
    error: 'Expected a measurement of time for a trial that is correct, and for no other',
  });

/** What T4's metadata lacks, once per tuning run. */
export const trialRunSchema = z.strictObject({
  platform: z.string().min(1),
  driver: z.string().nullable(),
  compiler: z.string().min(1),
  smMhz: z.number().nullable(),
  memoryMhz: z.number().nullable(),
  commit: z.string().nullable(),
  gqsVersion: z.string().min(1),
  timestamp: z.iso.datetime(),
});

export const t4Schema = z
  .strictObject({
    schema_version: z.literal(t4Version),
    metadata: z.strictObject({
      /** T4 knows no name for plain C++ on a CPU; then there is none. */
      compute_api: z.enum(['OpenCL', 'CUDA', 'Vulkan']).optional(),
      platform: z.string(),
      device: z.string(),
      autotuner: z.literal('gqs-tune'),
      autotuner_version: z.string(),
      timestamp: z.iso.datetime(),
      timeunit: z.literal('microseconds'),
    }),
    gqs: z.strictObject({
      schemaVersion: z.literal(gqsTrialsVersion),
      runs: z.array(trialRunSchema).min(1),
      /** Problems, each with the run that tuned it, an index into `runs`. */
      problems: z.array(z.strictObject({ problem: problemSchema, run: z.int().min(0) })),
    }),
    results: z.array(t4ResultSchema),
  })
  .refine((file) => file.results.every(({ gqs }) => gqs.problem < file.gqs.problems.length), {
    error: 'Expected every trial to name one of gqs.problems',
  })
  .refine((file) => file.gqs.problems.every(({ run }) => run < file.gqs.runs.length), {
    error: 'Expected every problem to name one of gqs.runs',
  });

export type TrialRun = z.infer<typeof trialRunSchema>;

export type T4File = z.infer<typeof t4Schema>;
export type T4Result = z.infer<typeof t4ResultSchema>;
