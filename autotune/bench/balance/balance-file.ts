/** What the benchmark of load balance measured: the file that its page and picture are made from. */
import { z } from 'zod';
import { problemSchema } from '../../../generator/index.js';
import { rowDistributions } from '../../../runtime/index.js';
import { provenanceFields } from '../provenance.js';
import { timeFields } from '../times.js';

export const balanceVersion = 1;

const { bits, groupSize, density, m, activation } = problemSchema.shape;

/** A decomposition on one shape with rows filled in one way. */
const placeFields = {
  rows: z.enum(rowDistributions),
  n: z.int().min(1),
  k: z.int().min(1),
  decomposition: z.string().min(1),
} as const;

/** The fastest variant of the decomposition among those tried. */
const pointSchema = z.strictObject({
  ...placeFields,
  ...timeFields,
  bytes: z.int().min(1),
  variant: z.string().min(1),
  /** Variants that were tried, and those of them that compiled, were right and were timed. */
  tried: z.int().min(1),
  timed: z.int().min(1),
});

const failureSchema = z.strictObject({ ...placeFields, tried: z.int().min(0), reason: z.string().min(1) });

export const balanceSchema = z.strictObject({
  schemaVersion: z.literal(balanceVersion),
  ...provenanceFields,
  bits,
  groupSize,
  density,
  m,
  activation,
  /** Most variants per decomposition and problem. */
  evaluations: z.int().min(1),
  /** Of the choice of variants. */
  choiceSeed: z.int().min(0),
  points: z.array(pointSchema),
  failures: z.array(failureSchema),
});

export type BalancePoint = z.infer<typeof pointSchema>;
export type BalanceFailure = z.infer<typeof failureSchema>;
export type BalanceFile = z.infer<typeof balanceSchema>;
