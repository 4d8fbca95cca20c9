/** Matrices at the ends of what the format can hold, for tests and verification. */
import { bytesPerGroup, type GqsMatrix } from './matrix.js';

/**
 * The same groups with all integers of a group at one end of their range and the zero point at the other, now at the
 * upper, now at the lower end: each weight is as large as its scale allows, and groups are constant.
 * `scale` (float16 bits) replaces all scales if it is given.
 */
export function extremeMatrix(matrix: GqsMatrix, scale?: number): GqsMatrix {
  const { bits, groupSize } = matrix;
  const stride = bytesPerGroup(bits, groupSize);
  const used = new Uint8Array(stride).fill(255);
  used[stride - 1] = 255 >> (stride * 8 - groupSize * bits);
  const zeros = matrix.zeros.map((_, group) => (group % 2 === 0 ? 0 : 2 ** bits - 1));
  const values = matrix.values.map((_, byte) =>
    Math.floor(byte / stride) % 2 === 0 ? used[byte % stride]! : 0,
  );
  return {
    ...matrix,
    values,
    zeros,
    scales: scale === undefined ? matrix.scales : matrix.scales.map(() => scale),
  };
}
