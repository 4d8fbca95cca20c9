/** What is kept of the samples of one product. */
import { max, median, min } from 'simple-statistics';
import { z } from 'zod';

const microseconds = z.number().positive();

export const timeFields = {
  /** Microseconds of one product, over the samples. */
  medianUs: microseconds,
  leastUs: microseconds,
  mostUs: microseconds,
  samples: z.int().min(1),
} as const;

export type Times = z.infer<z.ZodObject<typeof timeFields>>;

export function timesOf(us: readonly number[]): Times {
  const samples = [...us];
  return {
    medianUs: median(samples),
    leastUs: min(samples),
    mostUs: max(samples),
    samples: samples.length,
  };
}
