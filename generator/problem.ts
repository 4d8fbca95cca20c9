/**
 * The problem a kernel solves: `y[m, n] = sum_k x[m, k] * W[n, k]` with W in GQS form.
 * m = tokens, n = output channels, k = input channels (GQSA, arXiv 2412.17560, section 3).
 */
import { z } from 'zod';

export const bitWidths = [2, 3, 4, 8] as const;
export const groupSizes = [4, 8, 16, 32, 64, 128] as const;
/** Neighbouring surviving groups of a row that share a scale; 1: each group has its own. */
export const scaleRuns = [1, 2, 4] as const;
export const tokenCounts = [1, 2, 4, 8, 16] as const;
/** `f16`, `bf16` and `f32`: x as given, float32 accumulation. `i8`: x quantised per token, one float32 scale each. */
export const activations = ['f16', 'bf16', 'i8', 'f32'] as const;
export const outputTypes = ['f16', 'bf16', 'f32'] as const;
export const epilogues = ['none', 'bias', 'residual', 'bias_residual'] as const;

export type Bits = (typeof bitWidths)[number];
export type GroupSize = (typeof groupSizes)[number];
export type GroupsPerScale = (typeof scaleRuns)[number];
export type Activation = (typeof activations)[number];
export type OutputType = (typeof outputTypes)[number];
export type Epilogue = (typeof epilogues)[number];

export const problemSchema = z
  .strictObject({
    op: z.literal('gemv'),
    n: z
      .int()
      .min(1)
      .max(2 ** 24),
    k: z
      .int()
      .min(4)
      .max(2 ** 20),
    m: z.literal(tokenCounts),
    bits: z.literal(bitWidths),
    groupSize: z.literal(groupSizes),
    /** Absent where each group has its own scale: see scaleSharing. */
    groupsPerScale: z.literal(scaleRuns).optional(),
    /** Fraction of groups that survive pruning, in (0, 1]; density = 1 - sparsity. */
    density: z.number().gt(0).max(1),
    activation: z.enum(activations),
    output: z.enum(outputTypes),
    epilogue: z.enum(epilogues),
  })
  .refine((p) => p.k % p.groupSize === 0, {
    error: (issue) => {
      const p = issue.input as { k: number; groupSize: number };
      return `Expected k to be a multiple of the group size ${p.groupSize} but received k = ${p.k}`;
    },
  });

export type Problem = z.infer<typeof problemSchema>;

/** What a compiled kernel is specialised for; n, k and density stay run-time arguments. */
export type KernelTraits = Pick<
  Problem,
  'm' | 'bits' | 'groupSize' | 'groupsPerScale' | 'activation' | 'output' | 'epilogue'
>;

/** The traits alone: callers may hand over a whole problem. */
export function kernelTraits(problem: KernelTraits): KernelTraits {
  const { m, bits, groupSize, groupsPerScale, activation, output, epilogue } = problem;
  return { m, bits, groupSize, ...scaleSharing(groupsPerScale), activation, output, epilogue };
}

/** The field of problems and traits, which those without shared scales do not have. */
export function scaleSharing(groupsPerScale: GroupsPerScale = 1): Pick<Problem, 'groupsPerScale'> {
  return groupsPerScale === 1 ? {} : { groupsPerScale };
}

/** The output type a problem has unless stated: x's own for float x, float16 for int8 x on CUDA, float32 on CPUs. */
export function defaultOutput(target: 'cuda' | 'cpu', activation: Activation): OutputType {
  if (target === 'cpu' || activation === 'f32') return 'f32';
  return activation === 'bf16' ? 'bf16' : 'f16';
}

/**
 * A stable, readable name, unique per problem: `gemv-4096x4096-m1-w4g16-d0.5-f16`, with `w4g16-scale2` where two groups share
 * a scale.
 */
export function problemName(p: Problem): string {
  const { groupsPerScale = 1 } = p;
  const parts = [p.op, `${p.n}x${p.k}`, `m${p.m}`, `w${p.bits}g${p.groupSize}`];
  if (groupsPerScale > 1) parts.push(`scale${groupsPerScale}`);
  parts.push(`d${p.density}`, p.activation);
  if (p.output !== p.activation) parts.push(`y${p.output}`);
  if (p.epilogue !== 'none') parts.push(p.epilogue);
  return parts.join('-');
}
