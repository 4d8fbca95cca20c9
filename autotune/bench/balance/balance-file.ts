/** What the benchmark of load balance measured: the file that its page and picture are made from. */
import { z } from 'zod';
import { problemSchema } from '../../../generator/index.js';
import { rowDistributions } from '../../../runtime/index.js';
import { setupFields } from '../provenance.js';
import type { BenchFormat } from '../resume.js';
import { haveRuns, runField, runsField } from '../runs.js';
import { timeFields } from '../times.js';

/** `bench-balance.json`, `.md`, `.svg`. */
export const balanceName = 'bench-balance';

export const balanceVersion = 2;

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
  /** Variants that were tried, and those of them that compiled and were timed. */
  tried: z.int().min(1),
  timed: z.int().min(1),
  run: runField,
});

const failureSchema = z.strictObject({ ...placeFields, tried: z.int().min(0), reason: z.string().min(1) });

/** What all runs that contribute to a file have in common. */
const balanceSetupSchema = z.object({
  ...setupFields,
  bits,
  groupSize,
  density,
  m,
  activation,
  /** Most variants per decomposition and problem. */
  evaluations: z.int().min(1),
  /** Of the choice of variants. */
  choiceSeed: z.int().min(0),
});

export const balanceSchema = z
  .strictObject({
    schemaVersion: z.literal(balanceVersion),
    ...balanceSetupSchema.shape,
    runs: runsField,
    points: z.array(pointSchema),
    failures: z.array(failureSchema),
  })
  .refine(({ runs, points }) => haveRuns(points, runs), {
    path: ['points'],
    error: 'expected the index of one of the runs in each',
  });

export type BalancePoint = z.infer<typeof pointSchema>;
export type BalanceFailure = z.infer<typeof failureSchema>;
export type BalanceSetup = z.infer<typeof balanceSetupSchema>;
export type BalanceFile = z.infer<typeof balanceSchema>;

export const balanceFormat: BenchFormat<BalanceFile, BalanceSetup> = {
  name: balanceName,
  version: balanceVersion,
  schema: balanceSchema,
  setup: balanceSetupSchema,
  what: 'a benchmark of load balance',
};
