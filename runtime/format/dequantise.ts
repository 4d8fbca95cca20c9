/** Dense weights from a GQS matrix. */
import { fromHalf } from './half.js';
import { unpackGroup } from './matrix.js';
import type { GqsMatrix } from './matrix.js';

/**
 * W as float32 [n, k], row-major, pruned groups 0. Exact, as (q - z) * s needs at most 20 bits. The matrix must be
 * valid.
 */
export function dequantise(matrix: GqsMatrix): Float32Array {
  return dequantiseInto(matrix, new Float32Array(matrix.n * matrix.k));
}

/** The same as float64. */
export function dequantiseFloat64(matrix: GqsMatrix): Float64Array {
  return dequantiseInto(matrix, new Float64Array(matrix.n * matrix.k));
}

function dequantiseInto<T extends Float32Array | Float64Array>(matrix: GqsMatrix, out: T): T {
  const { n, k, groupSize, rowIndex, groups, scales, zeros } = matrix;
  const integers = new Uint8Array(groupSize);
  for (let row = 0; row < n; row++) {
    for (let group = rowIndex[row]!; group < rowIndex[row + 1]!; group++) {
      unpackGroup(matrix, group, integers);
      const scale = fromHalf(scales[group]!);
      const zero = zeros[group]!;
      const begin = row * k + groups[group]! * groupSize;
      for (let i = 0; i < groupSize; i++) out[begin + i] = (integers[i]! - zero) * scale;
    }
  }
  return out;
}
