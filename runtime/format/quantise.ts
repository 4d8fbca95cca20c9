/** A GQS matrix from dense weights and a mask of the groups that survive. */
import type { Bits, GroupSize, GroupsPerScale } from '../../generator/index.js';
import { GqsFormatError } from './format-error.js';
import { fromHalf } from './half.js';
import { bytesPerGroup, packGroup } from './matrix.js';
import type { GqsMatrix } from './matrix.js';
import { groupScale, groupZero, quantiseWeight } from './quantise-group.js';
import { validateShape } from './validate.js';

export interface DenseWeights {
  readonly n: number;
  readonly k: number;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  /** Surviving groups of a row that share a scale; 1 unless stated. */
  readonly groupsPerScale?: GroupsPerScale | undefined;
  /** [n, k], row-major. */
  readonly weights: Float32Array;
  /** [n, k / groupSize], row-major: 1 for a group that survives, 0 for one that is pruned. */
  readonly mask: Uint8Array;
}

/**
 * Quantises the surviving groups, each with its own zero point, and each run of groupsPerScale with the scale that its
 * widest group needs. A weight is off by at most half a step, the scale, and what rounding to float16 cuts off the range.
 * Throws GqsFormatError for a bad shape, a mask that holds anything but 0 and 1, a weight that is not finite (pruned
 * ones included) and a group whose range is too wide for a float16 scale.
 */
export function quantiseDense(dense: DenseWeights): GqsMatrix {
  checkDense(dense);
  const matrix = emptyMatrix(dense);
  const { n, rowIndex, groupsPerScale = 1 } = matrix;
  for (let row = 0; row < n; row++) {
    const end = rowIndex[row + 1]!;
    for (let first = rowIndex[row]!; first < end; first += groupsPerScale) {
      quantiseRun(dense, matrix, row, first, Math.min(first + groupsPerScale, end));
    }
  }
  return matrix;
}

function checkDense(dense: DenseWeights): void {
  validateShape(dense);
  const { n, k, groupSize, weights, mask } = dense;
  const columns = k / groupSize;
  if (weights.length !== n * k) {
    throw new GqsFormatError('weights', `n * k = ${n * k} elements`, `${weights.length}`);
  }
  if (mask.length !== n * columns) {
    throw new GqsFormatError('mask', `n * k / groupSize = ${n * columns} elements`, `${mask.length}`);
  }
  const strange = mask.findIndex((entry) => entry > 1);
  if (strange >= 0) {
    const place = `mask at row ${Math.floor(strange / columns)}, group ${strange % columns}`;
    throw new GqsFormatError(place, '0 or 1', `${mask[strange]}`);
  }
  for (let i = 0; i < weights.length; i++) {
    if (!Number.isFinite(weights[i])) {
      const place = `weights at row ${Math.floor(i / k)}, column ${i % k}`;
      throw new GqsFormatError(place, 'a finite number', `${weights[i]}`);
    }
  }
}

/** A matrix with its pattern in place; integers, scales and zero points are still 0. */
function emptyMatrix({ n, k, bits, groupSize, groupsPerScale = 1, mask }: DenseWeights): GqsMatrix {
  const columns = k / groupSize;
  const rowIndex = new Int32Array(n + 1);
  for (let row = 0; row < n; row++) {
    let count = 0;
    for (let c = 0; c < columns; c++) count += mask[row * columns + c]!;
    rowIndex[row + 1] = rowIndex[row]! + count;
  }
  const nnz = rowIndex[n]!;
  const groups = new Uint16Array(nnz);
  for (let group = 0, source = 0; source < mask.length; source++) {
    if (mask[source] === 1) groups[group++] = source % columns;
  }
  const values = new Uint8Array(nnz * bytesPerGroup(bits, groupSize));
  return {
    n,
    k,
    bits,
    groupSize,
    groupsPerScale,
    rowIndex,
    groups,
    values,
    scales: new Uint16Array(nnz),
    zeros: new Uint8Array(nnz),
  };
}

/** Quantises surviving groups `first` up to `end` of a row, which share a scale. */
function quantiseRun(dense: DenseWeights, matrix: GqsMatrix, row: number, first: number, end: number): void {
  const { weights, bits, groupSize, k } = dense;
  const integers = new Uint8Array(groupSize);
  let scale = 0;
  for (let group = first; group < end; group++) {
    scale = Math.max(scale, scaleOf(dense, row * k + matrix.groups[group]! * groupSize));
  }
  const step = fromHalf(scale);
  for (let group = first; group < end; group++) {
    const begin = row * k + matrix.groups[group]! * groupSize;
    const zero = groupZero(rangeOf(dense, begin)[0], step, bits);
    for (let i = 0; i < groupSize; i++) integers[i] = quantiseWeight(weights[begin + i]!, step, zero, bits);
    matrix.scales[group] = scale;
    matrix.zeros[group] = zero;
    packGroup(matrix, group, integers);
  }
}

/** Smallest and largest of the weights of the group that begins at `begin`. */
function rangeOf({ weights, groupSize }: DenseWeights, begin: number): [min: number, max: number] {
  let min = Infinity;
  let max = -Infinity;
  for (let i = begin; i < begin + groupSize; i++) {
    min = Math.min(min, weights[i]!);
    max = Math.max(max, weights[i]!);
  }
  return [min, max];
}

/** The scale that the group needs, float16 bits: in their order as in that of the numbers. */
function scaleOf(dense: DenseWeights, begin: number): number {
  const { bits, k } = dense;
  const [min, max] = rangeOf(dense, begin);
  const scale = groupScale(min, max, bits);
  if (fromHalf(scale) !== Infinity) return scale;
  const place = `weights at row ${Math.floor(begin / k)}, columns from ${begin % k}`;
  const received = `${min} to ${max} with ${bits} bits`;
  throw new GqsFormatError(place, 'a range that fits a float16 scale', received);
}
