/** What a comparison with peers measured: the file that tables and charts are made from. */
import { z } from 'zod';
import { rowsField, setupFields } from './provenance.js';
import type { BenchFormat } from './resume.js';
import { haveRuns, runField, runsField } from './runs.js';
import { timeFields } from './times.js';

/** `bench-gemv.json`, `.md`: the files of a comparison. */
export const benchName = 'bench-gemv';

export const benchVersion = 2;

/** What all runs that contribute to a file have in common. */
export const benchSetupSchema = z.object({
  ...setupFields,
  density: z.number().gt(0).max(1),
  rows: rowsField,
});

const measurementSchema = z.strictObject({
  /** Who did the work, e.g. `cuBLAS float16`. */
  contender: z.string().min(1),
  n: z.int().min(1),
  k: z.int().min(1),
  m: z.int().min(1),
  ...timeFields,
  /** Bytes one launch has to move; ours only. */
  bytes: z.int().min(1).optional(),
  /** Name of the variant; ours only. */
  variant: z.string().optional(),
  note: z.string().optional(),
  run: runField,
});

const failureSchema = z.strictObject({
  contender: z.string().min(1),
  /** Absent where nothing of the contender could be measured. */
  shape: z.strictObject({ n: z.int(), k: z.int(), m: z.int() }).optional(),
  reason: z.string().min(1),
});

export const benchSchema = z
  .strictObject({
    schemaVersion: z.literal(benchVersion),
    ...benchSetupSchema.shape,
    runs: runsField,
    measurements: z.array(measurementSchema),
    /** Peers, or single shapes of theirs, without a time, and why. */
    failures: z.array(failureSchema),
  })
  .refine(({ runs, measurements }) => haveRuns(measurements, runs), {
    path: ['measurements'],
    error: 'expected the index of one of the runs in each',
  });

export type Measurement = z.infer<typeof measurementSchema>;
/** What a contender is timed on. */
export type Product = Pick<Measurement, 'n' | 'k' | 'm'>;
export type BenchFailure = z.infer<typeof failureSchema>;
export type ContestSetup = z.infer<typeof benchSetupSchema>;
export type BenchFile = z.infer<typeof benchSchema>;

export const benchFormat: BenchFormat<BenchFile, ContestSetup> = {
  name: benchName,
  version: benchVersion,
  schema: benchSchema,
  setup: benchSetupSchema,
  what: 'a comparison with peers',
};
