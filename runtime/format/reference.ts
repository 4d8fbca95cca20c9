/** What kernels are verified against: the product in float64, one surviving group after another. */
import { GqsFormatError } from './format-error.js';
import { fromHalf } from './half.js';
import { unpackGroup } from './matrix.js';
import type { GqsMatrix } from './matrix.js';
import type { QuantisedTokens } from './quantise-tokens.js';

/**
 * y [m, n] = x [m, k] * W^T, W the dequantised weights. The matrix must be valid.
 * Throws GqsFormatError when x is not [m, k].
 */
export function referenceProduct(matrix: GqsMatrix, x: Float64Array | Float32Array, m: number): Float64Array {
  checkTokens(matrix, x.length, m);
  return product(matrix, new Float64Array(x), m);
}

/** The same for int8 x: y [m, n] = scales[m] * (values [m, k] * W^T). Throws GqsFormatError when a size is wrong. */
export function referenceProductInt8(matrix: GqsMatrix, x: QuantisedTokens, m: number): Float64Array {
  checkTokens(matrix, x.values.length, m);
  if (x.scales.length !== m)
    throw new GqsFormatError('scales of x', `m = ${m} elements`, `${x.scales.length}`);
  const y = product(matrix, new Float64Array(x.values), m);
  return y.map((sum, i) => sum * x.scales[Math.floor(i / matrix.n)]!);
}

function checkTokens({ k }: GqsMatrix, length: number, m: number): void {
  if (length !== m * k) throw new GqsFormatError('x', `m * k = ${m * k} elements`, `${length}`);
}

/** Writes the weights of a surviving group, whose integers are given, up to the factor that it returns. */
export type GroupWeights = (group: number, integers: Uint8Array, weights: Float64Array) => number;

/** y [m, n] = x [m, k] * W^T in float64 for weights as `weigh` has them; pruned groups add nothing. */
export function productOf(matrix: GqsMatrix, x: Float64Array, m: number, weigh: GroupWeights): Float64Array {
  const { n, k, groupSize, rowIndex, groups } = matrix;
  const integers = new Uint8Array(groupSize);
  const weights = new Float64Array(groupSize);
  const y = new Float64Array(m * n);
  for (let row = 0; row < n; row++) {
    for (let group = rowIndex[row]!; group < rowIndex[row + 1]!; group++) {
      unpackGroup(matrix, group, integers);
      const factor = weigh(group, integers, weights);
      for (let token = 0; token < m; token++) {
        const begin = token * k + groups[group]! * groupSize;
        let sum = 0;
        for (let i = 0; i < groupSize; i++) sum += weights[i]! * x[begin + i]!;
        y[token * n + row]! += sum * factor;
      }
    }
  }
  return y;
}

function product(matrix: GqsMatrix, x: Float64Array, m: number): Float64Array {
  const { groupSize, scales, zeros } = matrix;
  return productOf(matrix, x, m, (group, integers, weights) => {
    const zero = zeros[group]!;
    for (let i = 0; i < groupSize; i++) weights[i] = integers[i]! - zero;
    return fromHalf(scales[group]!);
  });
}
