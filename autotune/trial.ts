/** One measured variant: what the journal keeps and `trials.t4.json` is made of. */
import { z } from 'zod';
import { problemName, problemSchema, variantSchema } from '../generator/index.js';
import { failures } from './search/index.js';

const outcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    medianUs: z.number().positive(),
    /** Microseconds, in the order taken. */
    samplesUs: z.array(z.number().positive()).min(1),
  }),
  z.strictObject({
    status: z.literal('failed'),
    invalidity: z.enum(failures),
    message: z.string(),
  }),
]);

/** What the compiler said about a kernel. */
const resourcesSchema = z.strictObject({
  registers: z.int().min(0).optional(),
  spillBytes: z.int().min(0).optional(),
  sharedBytes: z.int().min(0).optional(),
  ctasPerSm: z.int().min(0).optional(),
});

export const trialSchema = z.strictObject({
  problem: problemSchema,
  variant: variantSchema,
  name: z.string().min(1),
  /** The manifest's hash over every parameter and template byte. */
  hash: z.string().regex(/^[0-9a-f]{8,64}$/),
  /** Samples asked for; an outcome may hold fewer when the clock gate threw some away. */
  repetitions: z.int().min(1),
  outcome: outcomeSchema,
  /** Milliseconds spent on this trial, by part; 0 where a cache answered. */
  times: z.strictObject({
    compileMs: z.number().min(0),
    verifyMs: z.number().min(0),
    measureMs: z.number().min(0),
    searchMs: z.number().min(0),
  }),
  resources: resourcesSchema.optional(),
  /** Median SM clock while it was timed, in MHz. */
  smMhz: z.number().positive().optional(),
  /** ISO 8601. */
  timestamp: z.iso.datetime(),
});

export type Trial = z.infer<typeof trialSchema>;
export type TrialOutcome = Trial['outcome'];

/** What a finished trial is found by when a run is resumed. */
export type TrialKey = Pick<Trial, 'problem' | 'hash' | 'repetitions'>;

export function trialKey({ problem, hash, repetitions }: TrialKey): string {
  return `${problemName(problem)} ${hash} x${repetitions}`;
}
