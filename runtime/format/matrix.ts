/** A group-quantised, group-sparse matrix in BSR form (GQSA, arXiv 2412.17560, figure 2). */
import type { Bits, GroupSize, GroupsPerScale } from '../../generator/index.js';

/**
 * W [n, k]: n output channels, k input channels. A group is `groupSize` consecutive k of one row; a pruned group is
 * absent. Surviving groups lie row after row; each holds `groupSize` integers q, a scale s and a zero point z:
 * `w = (q - z) * s`.
 *
 * In their order, the groups of a row fall into runs of `groupsPerScale`, the last of which may be shorter; the groups of
 * a run have the same scale.
 */
export interface GqsMatrix {
  readonly n: number;
  readonly k: number;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  /** 1 unless stated: each group has its own scale. */
  readonly groupsPerScale?: GroupsPerScale | undefined;
  /** [n + 1]: first surviving group of each row; the last entry is their number, nnz. */
  readonly rowIndex: Int32Array;
  /** [nnz]: group column, ascending within a row; group column c covers k from c * groupSize. */
  readonly groups: Uint16Array;
  /**
   * [nnz * bytesPerGroup]: the integers of each group as one bit stream, low bits first (3-bit integers straddle
   * bytes), padded with zero bits to whole bytes. Only groups of 4 with 3 bits need padding: 12 bits in 2 bytes.
   */
  readonly values: Uint8Array;
  /** [nnz]: float16 bits, one per group also where groups share a scale. */
  readonly scales: Uint16Array;
  /** [nnz]: zero points, below 2^bits. */
  readonly zeros: Uint8Array;
}

/** Limits of the format beside those of its fields' types. */
export const maxRows = 2 ** 24;
export const maxColumns = 2 ** 20;
export const maxGroupColumns = 2 ** 16;

/** Bytes that the integers of one group take. */
export function bytesPerGroup(bits: Bits, groupSize: GroupSize): number {
  return Math.ceil((groupSize * bits) / 8);
}

/** Fraction of groups that survive, 0 to 1. */
export function matrixDensity(matrix: GqsMatrix): number {
  return matrix.groups.length / (matrix.n * (matrix.k / matrix.groupSize));
}

/** Writes `groupSize` integers from `integers[at]` on as surviving group `group`; its bytes must be zero before. */
export function packGroup(
  matrix: Pick<GqsMatrix, 'bits' | 'groupSize' | 'values'>,
  group: number,
  integers: ArrayLike<number>,
  at = 0,
): void {
  const { bits, groupSize, values } = matrix;
  let byte = group * bytesPerGroup(bits, groupSize);
  let window = 0;
  let filled = 0;
  for (let i = 0; i < groupSize; i++) {
    window |= integers[at + i]! << filled;
    filled += bits;
    if (filled >= 8) {
      values[byte++] = window & 255;
      window >>= 8;
      filled -= 8;
    }
  }
  if (filled > 0) values[byte] = window;
}

/** Reads the integers of surviving group `group` into `out[0 .. groupSize)`. */
export function unpackGroup(
  matrix: Pick<GqsMatrix, 'bits' | 'groupSize' | 'values'>,
  group: number,
  out: Uint8Array,
): void {
  const { bits, groupSize, values } = matrix;
  const mask = 2 ** bits - 1;
  let byte = group * bytesPerGroup(bits, groupSize);
  let window = 0;
  let available = 0;
  for (let i = 0; i < groupSize; i++) {
    if (available < bits) {
      window |= values[byte++]! << available;
      available += 8;
    }
    out[i] = window & mask;
    window >>= bits;
    available -= bits;
  }
}
