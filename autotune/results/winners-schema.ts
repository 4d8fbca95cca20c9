/** The format of `results/<device>/winners.json`. */
import { z } from 'zod';
import { problemSchema, variantSchema } from '../../generator/index.js';
import { rowDistributions } from '../../runtime/index.js';
import { strategies } from '../search/index.js';

export const winnersVersion = 1;

const hash = z.string().regex(/^[0-9a-f]{8,64}$/);

/** How the numbers came about. */
export const provenanceSchema = z.strictObject({
  kind: z.enum(['cuda', 'cpu']),
  device: z.string().min(1),
  /** 'sm_90', or the widest instruction set of a CPU. */
  arch: z.string().min(1),
  /** SMs or threads used. */
  processors: z.int().min(1),
  driver: z.string().nullable(),
  /** Compiler and version. */
  compiler: z.string().min(1),
  os: z.string().min(1),
  /** Medians while timing, MHz; null where the device does not tell. */
  clocks: z.strictObject({ smMhz: z.number().nullable(), memoryMhz: z.number().nullable() }),
  /** Measured, not a data sheet's: what rooflineFraction is a fraction of. */
  bandwidthGbPerSecond: z.number().positive(),
  /** Revision of the source tree, null where there is no git; '-dirty' appended when it had changes. */
  commit: z.string().nullable(),
  gqsVersion: z.string().min(1),
  /** The command that makes these results again. */
  command: z.string().min(1),
  timestamp: z.iso.datetime(),
  protocol: z.strictObject({
    /** One sentence for people. */
    text: z.string().min(1),
    cache: z.enum(['cold', 'hot']),
    /** Samples of each finalist. */
    samples: z.int().min(1),
    sampleUs: z.number().positive(),
    confidence: z.number().gt(0).lt(1),
    equivalence: z.number().min(0),
    strategy: z.enum(strategies),
    seed: z.int(),
    /** How the groups of the random weights were spread over the rows; results made before this was a choice: binomial. */
    rows: z.enum(rowDistributions).default('binomial'),
    /** Most evaluations per problem; null for no limit. */
    evaluations: z.int().min(1).nullable(),
  }),
});

export const winnerSchema = z.strictObject({
  problem: problemSchema,
  variant: variantSchema,
  name: z.string().min(1),
  hash,
  medianUs: z.number().positive(),
  /** Bootstrap interval of the median at the protocol's confidence. */
  intervalUs: z.tuple([z.number().positive(), z.number().positive()]),
  gbPerSecond: z.number().positive(),
  rooflineFraction: z.number().positive(),
  /** null, and so is speedupOverDense, where no dense baseline takes the shape: on GPUs when k % 8 != 0. */
  denseUs: z.number().positive().nullable(),
  defaultUs: z.number().positive(),
  speedupOverDense: z.number().positive().nullable(),
  speedupOverDefault: z.number().positive(),
  /** Samples of the winner that the clock gate let pass. */
  samples: z.int().min(1),
  /** Points of the space that were evaluated, and how many there were. */
  evaluated: z.int().min(1),
  spaceSize: z.int().min(1),
  /** Every member of the tie set, the winner among them, in their fixed order. */
  tie: z.array(z.strictObject({ name: z.string().min(1), hash, medianUs: z.number().positive() })).min(1),
  /** Present when this winner was measured by an earlier run than the file's provenance tells of. */
  provenance: provenanceSchema.optional(),
});

export const winnersSchema = z.strictObject({
  schemaVersion: z.literal(winnersVersion),
  device: z.string().min(1),
  provenance: provenanceSchema,
  winners: z.array(winnerSchema),
});

export type Provenance = z.infer<typeof provenanceSchema>;
export type Winner = z.infer<typeof winnerSchema>;
export type WinnersFile = z.infer<typeof winnersSchema>;
