/** Weights of the dense baseline: the same matrix with its pruned groups as zeros. */
import type { DenseLayout } from '../../generator/index.js';
import {
  dequantise,
  fromHalf,
  fromHalfArray,
  toHalf,
  unpackGroup,
  type GqsMatrix,
} from '../../runtime/index.js';

/** [n, k] row-major in `type`, as bytes. */
export function denseValues(matrix: GqsMatrix, type: DenseLayout['type']): Uint8Array {
  return new Uint8Array(type === 'f32' ? dequantise(matrix).buffer : halfValues(matrix).buffer);
}

/** y [m, n] in float64 with weights rounded to `type` first, as the baseline reads them. */
export function denseProduct(
  matrix: GqsMatrix,
  x: Float64Array,
  m: number,
  type: DenseLayout['type'],
): Float64Array {
  const { n, k } = matrix;
  const weights = type === 'f32' ? dequantise(matrix) : fromHalfArray(halfValues(matrix));
  const y = new Float64Array(m * n);
  for (let token = 0; token < m; token++) {
    for (let row = 0; row < n; row++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += weights[row * k + i]! * x[token * k + i]!;
      y[token * n + row] = sum;
    }
  }
  return y;
}

/** Rounds surviving groups only: most of the time goes into rounding. */
function halfValues(matrix: GqsMatrix): Uint16Array {
  const { n, k, groupSize, rowIndex, groups, scales, zeros } = matrix;
  const out = new Uint16Array(n * k);
  const integers = new Uint8Array(groupSize);
  for (let row = 0; row < n; row++) {
    for (let group = rowIndex[row]!; group < rowIndex[row + 1]!; group++) {
      unpackGroup(matrix, group, integers);
      const scale = fromHalf(scales[group]!);
      const begin = row * k + groups[group]! * groupSize;
      for (let i = 0; i < groupSize; i++) out[begin + i] = toHalf((integers[i]! - zeros[group]!) * scale);
    }
  }
  return out;
}
