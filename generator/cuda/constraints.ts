/** Why a variant cannot solve a problem on a target. What passes here compiles and is correct. */
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type { CudaDenseVariant, CudaStreamVariant, CudaVariant } from '../variant.js';
import { sharedBytesPerK, streamShape } from './stream-shape.js';

/** Registers per thread below which even a small kernel spills. */
const leastRegisters = 32;
/** Most products in half precision before they are added up in float32 (accuracy contract for float16 x). */
const halfProducts = 16;

/** The first reason against the variant, or undefined when it can be generated. */
export function cudaRejection(
  problem: Problem,
  variant: CudaVariant,
  target: CudaTarget,
): string | undefined {
  return (
    residency(variant, target) ??
    (variant.pdl && target.computeCapability < 90
      ? `programmatic dependent launch needs compute capability 9.0, the target has ${(target.computeCapability / 10).toFixed(1)}`
      : undefined) ??
    ('l2Prefetch' in variant && variant.l2Prefetch && target.computeCapability < 90
      ? `bulk prefetch into L2 needs compute capability 9.0, the target has ${(target.computeCapability / 10).toFixed(1)}`
      : undefined) ??
    (variant.decomposition === 'dense_rows'
      ? denseRejection(problem, variant)
      : streamRejection(problem, variant, target))
  );
}

function residency(variant: CudaVariant, target: CudaTarget): string | undefined {
  const threads = variant.warps * 32 * variant.ctasPerSm;
  if (threads > target.threadsPerSm) {
    return `${variant.ctasPerSm} CTAs of ${variant.warps} warps exceed the ${target.threadsPerSm} threads of an SM`;
  }
  if (target.registersPerSm / threads < leastRegisters) {
    return `${threads} threads per SM leave fewer than ${leastRegisters} registers each`;
  }
  return undefined;
}

function denseRejection(problem: Problem, variant: CudaDenseVariant): string | undefined {
  if (problem.activation === 'i8' || problem.activation === 'f32') {
    return `the dense baseline multiplies float16 or bfloat16 x, not ${problem.activation}`;
  }
  if (problem.k % 8 !== 0)
    return `16-byte loads of float16 weights need k to be a multiple of 8, k is ${problem.k}`;
  if (variant.rowsPerWarp * problem.m * variant.unroll > 64) {
    return `${variant.rowsPerWarp} rows x ${problem.m} tokens x ${variant.unroll} loads do not fit into registers`;
  }
  return undefined;
}

function streamRejection(
  problem: Problem,
  variant: CudaStreamVariant,
  target: CudaTarget,
): string | undefined {
  return (
    mathRejection(problem, variant) ??
    unitRejection(problem, variant) ??
    indexRejection(problem, variant) ??
    sharedRejection(problem, variant, target) ??
    (variant.xLocation === 'global' && variant.groupOrder === 'banks'
      ? 'x in global memory has no banks to order groups for'
      : undefined) ??
    (variant.decomposition === 'row_split' && variant.warps % variant.warpsPerTeam !== 0
      ? `teams of ${variant.warpsPerTeam} warps do not divide a CTA of ${variant.warps}`
      : undefined)
  );
}

function mathRejection({ activation, bits }: Problem, { math }: CudaStreamVariant): string | undefined {
  if (activation === 'f32') return 'float32 x is a CPU problem; CUDA kernels take f16, bf16 or i8';
  if ((activation === 'i8') !== (math === 'dp4a')) return `${math} arithmetic does not take ${activation} x`;
  if (activation === 'bf16' && math === 'half2') return 'bfloat16 x exceeds the range of half2 products';
  if (bits === 8 && math === 'half2') return '8-bit weights exceed the range of half2 partial sums';
  return undefined;
}

function unitRejection(problem: Problem, variant: CudaStreamVariant): string | undefined {
  const { bits, groupSize } = problem;
  const { unitElements } = variant;
  const shape = streamShape(problem, unitElements);
  if (bits === 3 && unitElements % 32 !== 0) return '3-bit integers come in blocks of 32 weights';
  if (![1, 2, 4].includes(shape.vectorWords)) {
    return `a unit of ${unitElements} weights of ${bits} bits is no 4-, 8- or 16-byte load`;
  }
  if (shape.groupsPerUnit > 8)
    return `${shape.groupsPerUnit} groups of ${groupSize} are too many for one unit`;
  if (variant.math === 'half2' && shape.partElements % Math.min(halfProducts, shape.partElements) !== 0) {
    return `half-precision sums of ${halfProducts} products do not divide a part of ${shape.partElements}`;
  }
  return undefined;
}

function indexRejection(problem: Problem, { indexForm }: CudaStreamVariant): string | undefined {
  const columns = problem.k / problem.groupSize;
  const indexBits = indexForm === 'packed' ? 16 - problem.bits : 16;
  if (columns > 2 ** indexBits) {
    return `${columns} group columns do not fit into the ${indexBits} index bits of the ${indexForm} form`;
  }
  return undefined;
}

function sharedRejection(
  problem: Problem,
  variant: CudaStreamVariant,
  target: CudaTarget,
): string | undefined {
  const bytes = sharedBytesPerK(problem, variant) * problem.k;
  if (bytes > target.sharedPerCta) {
    return `x takes ${bytes} bytes of shared memory, a CTA has ${target.sharedPerCta}`;
  }
  // Each resident CTA also pays 1 KiB that the system reserves.
  if ((bytes + 1024) * variant.ctasPerSm > target.sharedPerSm) {
    return `${variant.ctasPerSm} CTAs with ${bytes} bytes of shared memory exceed the ${target.sharedPerSm} bytes of an SM`;
  }
  return undefined;
}
