/** Seeded random GQS matrices for tests, verification and tuning. */
import type { Bits, GroupSize, GroupsPerScale } from '../../generator/index.js';
import { GqsFormatError } from './format-error.js';
import { toHalf } from './half.js';
import { bytesPerGroup } from './matrix.js';
import type { GqsMatrix } from './matrix.js';
import { Random } from './random.js';
import { rowCounts } from './row-counts.js';
import type { RowDistribution } from './row-counts.js';
import { validateShape } from './validate.js';

export interface RandomMatrixOptions {
  readonly n: number;
  readonly k: number;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  /** Groups of a row that share a scale; 1 unless stated. */
  readonly groupsPerScale?: GroupsPerScale | undefined;
  /** Fraction of groups that survive, in [0, 1]. */
  readonly density: number;
  readonly seed: number;
  /** How the surviving groups spread over the rows; even unless stated. */
  readonly rows?: RowDistribution;
  /** Rows (chosen at random) that have no group at all; 0 unless stated. */
  readonly emptyRows?: number;
  /** Whether one row (chosen at random, never one of the empty ones) has every group. */
  readonly fullRow?: boolean;
}

/** Standard deviation of the weights of a typical linear layer, which sets the size of the scales. */
const weightDeviation = 0.02;
const scaleCount = 1024;

/**
 * Random columns, uniform integers, zero points around the middle of their range, and scales such that the weights
 * of a group span 2 to 6 standard deviations of a typical layer. The same options give the same matrix.
 * Throws GqsFormatError for options that no matrix has.
 */
export function randomGqsMatrix(options: RandomMatrixOptions): GqsMatrix {
  checkOptions(options);
  const { n, k, bits, groupSize, groupsPerScale = 1 } = options;
  const random = new Random(options.seed);
  const columns = k / groupSize;
  const counts = rowCounts(random, options, columns);
  const rowIndex = new Int32Array(n + 1);
  for (let row = 0; row < n; row++) rowIndex[row + 1] = rowIndex[row]! + counts[row]!;
  const nnz = rowIndex[n]!;
  const groups = new Uint16Array(nnz);
  for (let row = 0; row < n; row++) {
    chooseColumns(random, columns, groups.subarray(rowIndex[row], rowIndex[row + 1]));
  }
  const { scales, zeros } = randomQuantisation(random, nnz, bits);
  shareScales(scales, rowIndex, groupsPerScale);
  return {
    n,
    k,
    bits,
    groupSize,
    groupsPerScale,
    rowIndex,
    groups,
    values: randomValues(random, nnz, bits, groupSize),
    scales,
    zeros,
  };
}

function checkOptions(options: RandomMatrixOptions): void {
  validateShape(options);
  const { density, n, emptyRows = 0, fullRow = false } = options;
  if (!(density >= 0 && density <= 1)) throw new GqsFormatError('density', '0 to 1', `${density}`);
  const most = fullRow ? n - 1 : n;
  if (!Number.isInteger(emptyRows) || emptyRows < 0 || emptyRows > most) {
    throw new GqsFormatError('emptyRows', `an integer from 0 to ${most}`, `${emptyRows}`);
  }
}

/** Fills `out` with that many different columns, ascending (Knuth's selection sampling, TAOCP 3.4.2 S). */
function chooseColumns(random: Random, columns: number, out: Uint16Array): void {
  let chosen = 0;
  for (let column = 0; chosen < out.length; column++) {
    if (random.uniform() * (columns - column) < out.length - chosen) out[chosen++] = column;
  }
}

function randomValues(random: Random, nnz: number, bits: Bits, groupSize: GroupSize): Uint8Array {
  const stride = bytesPerGroup(bits, groupSize);
  const words = new Uint32Array(Math.ceil((nnz * stride) / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.uint32();
  const values = new Uint8Array(words.buffer, 0, nnz * stride);
  const padding = stride * 8 - groupSize * bits;
  for (let end = stride - 1; padding > 0 && end < values.length; end += stride)
    values[end]! &= 255 >> padding;
  return values;
}

function randomQuantisation(random: Random, nnz: number, bits: Bits): Pick<GqsMatrix, 'scales' | 'zeros'> {
  const levels = 2 ** bits;
  const choices = Uint16Array.from({ length: scaleCount }, (_, i) =>
    toHalf(((2 + (4 * i) / scaleCount) * weightDeviation) / (levels - 1)),
  );
  const scales = new Uint16Array(nnz);
  const zeros = new Uint8Array(nnz);
  for (let i = 0; i < nnz; i++) {
    const word = random.uint32();
    scales[i] = choices[word & (scaleCount - 1)]!;
    zeros[i] = (((word >>> 10) & (levels - 1)) + ((word >>> 20) & (levels - 1)) + (word >>> 31)) >> 1;
  }
  return { scales, zeros };
}

/** Gives all groups of a run the scale of the first one. */
function shareScales(scales: Uint16Array, rowIndex: Int32Array, groupsPerScale: GroupsPerScale): void {
  for (let row = 0; row + 1 < rowIndex.length; row++) {
    const begin = rowIndex[row]!;
    for (let i = begin; i < rowIndex[row + 1]!; i++) scales[i] = scales[i - ((i - begin) % groupsPerScale)]!;
  }
}
