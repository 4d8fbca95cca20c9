/** What a comparison with peers measured: the file that tables and charts are made from. */
import { z } from 'zod';
import { provenanceFields, rowsField } from './provenance.js';
import { timeFields } from './times.js';

export const benchVersion = 1;

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
});

const failureSchema = z.strictObject({
  contender: z.string().min(1),
  /** Absent where nothing of the contender could be measured. */
  shape: z.strictObject({ n: z.int(), k: z.int(), m: z.int() }).optional(),
  reason: z.string().min(1),
});

export const benchSchema = z.strictObject({
  schemaVersion: z.literal(benchVersion),
  ...provenanceFields,
  density: z.number().gt(0).max(1),
  rows: rowsField,
  measurements: z.array(measurementSchema),
  /** Peers, or single shapes of theirs, without a time, and why. */
  failures: z.array(failureSchema),
  /** False while a run goes on, and for ever where it was ended early. */
  finished: z.boolean().default(false),
});

export type Measurement = z.infer<typeof measurementSchema>;
export type BenchFailure = z.infer<typeof failureSchema>;
export type BenchFile = z.infer<typeof benchSchema>;
