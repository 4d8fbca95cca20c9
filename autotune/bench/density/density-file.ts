/** What the benchmark over densities measured: the file that its page and picture are made from. */
import { z } from 'zod';
import { activations, bitWidths, groupSizes, tokenCounts } from '../../../generator/index.js';
import { provenanceFields, rowsField } from '../provenance.js';
import { timeFields } from '../times.js';

export const densityVersion = 1;

const shapeFields = { n: z.int().min(1), k: z.int().min(1) } as const;
const timedFields = { ...timeFields, bytes: z.int().min(1), variant: z.string().min(1) } as const;
const formatFields = {
  activation: z.enum(activations),
  groupSize: z.literal(groupSizes),
  density: z.number().gt(0).max(1),
} as const;

/** The fastest of our kernels at one density. */
const pointSchema = z.strictObject({ ...shapeFields, ...formatFields, ...timedFields });

/** The dense baseline of a shape. */
const denseSchema = z.strictObject({ ...shapeFields, activation: z.enum(activations), ...timedFields });

const failureSchema = z.strictObject({
  ...shapeFields,
  /** Absent where it is the dense baseline that could not be timed. */
  point: z.strictObject(formatFields).optional(),
  reason: z.string().min(1),
});

export const densitySchema = z.strictObject({
  schemaVersion: z.literal(densityVersion),
  ...provenanceFields,
  bits: z.literal(bitWidths),
  m: z.literal(tokenCounts),
  rows: rowsField,
  points: z.array(pointSchema),
  dense: z.array(denseSchema),
  failures: z.array(failureSchema),
});

export type DensityPoint = z.infer<typeof pointSchema>;
export type DensityFile = z.infer<typeof densitySchema>;
