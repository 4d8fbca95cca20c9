/** What the benchmark over densities measured: the file that its page and picture are made from. */
import { z } from 'zod';
import { activations, bitWidths, groupSizes, tokenCounts } from '../../../generator/index.js';
import { rowsField, setupFields } from '../provenance.js';
import type { BenchFormat } from '../resume.js';
import { haveRuns, runField, runsField } from '../runs.js';
import { timeFields } from '../times.js';

/** `bench-density.json`, `.md`, `.svg`. */
export const densityName = 'bench-density';

export const densityVersion = 2;

const shapeFields = { n: z.int().min(1), k: z.int().min(1) } as const;
const timedFields = {
  ...timeFields,
  bytes: z.int().min(1),
  variant: z.string().min(1),
  run: runField,
} as const;
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

/** What all runs that contribute to a file have in common. */
const densitySetupSchema = z.object({
  ...setupFields,
  bits: z.literal(bitWidths),
  m: z.literal(tokenCounts),
  rows: rowsField,
});

export const densitySchema = z
  .strictObject({
    schemaVersion: z.literal(densityVersion),
    ...densitySetupSchema.shape,
    runs: runsField,
    points: z.array(pointSchema),
    dense: z.array(denseSchema),
    failures: z.array(failureSchema),
  })
  .refine(({ runs, points, dense }) => haveRuns([...points, ...dense], runs), {
    path: ['points'],
    error: 'expected the index of one of the runs in each',
  });

export type DensityPoint = z.infer<typeof pointSchema>;
export type DensitySetup = z.infer<typeof densitySetupSchema>;
export type DensityFile = z.infer<typeof densitySchema>;

export const densityFormat: BenchFormat<DensityFile, DensitySetup> = {
  name: densityName,
  version: densityVersion,
  schema: densitySchema,
  setup: densitySetupSchema,
  what: 'a benchmark over densities',
};
