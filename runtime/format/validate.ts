/** Validation of matrices that come from outside: files, other libraries, callers. */
import { bitWidths, groupSizes, scaleRuns } from '../../generator/index.js';
import { GqsFormatError } from './format-error.js';
import { bytesPerGroup, maxColumns, maxGroupColumns, maxRows } from './matrix.js';
import type { GqsMatrix } from './matrix.js';

type Shape = Pick<GqsMatrix, 'n' | 'k' | 'bits' | 'groupSize' | 'groupsPerScale'>;

/**
 * Checks every field, size, index, zero point and scale of a matrix.
 * Throws GqsFormatError, naming the field, what was expected and what was received.
 */
export function validateMatrix(candidate: unknown): asserts candidate is GqsMatrix {
  if (typeof candidate !== 'object' || candidate === null) {
    throw new GqsFormatError('matrix', 'an object', describe(candidate));
  }
  const matrix = candidate as GqsMatrix;
  validateShape(matrix);
  checkArray('rowIndex', matrix.rowIndex, Int32Array, matrix.n + 1);
  checkRowIndex(matrix);
  const nnz = matrix.rowIndex[matrix.n]!;
  checkArray('groups', matrix.groups, Uint16Array, nnz);
  checkArray('values', matrix.values, Uint8Array, nnz * bytesPerGroup(matrix.bits, matrix.groupSize));
  checkArray('scales', matrix.scales, Uint16Array, nnz);
  checkArray('zeros', matrix.zeros, Uint8Array, nnz);
  checkColumns(matrix);
  checkQuantisation(matrix);
  checkRuns(matrix);
}

/** Checks the shape of a matrix alone. Throws GqsFormatError. */
export function validateShape({ n, k, bits, groupSize, groupsPerScale = 1 }: Shape): void {
  if (!bitWidths.includes(bits)) throw new GqsFormatError('bits', bitWidths.join(', '), describe(bits));
  if (!groupSizes.includes(groupSize)) {
    throw new GqsFormatError('groupSize', groupSizes.join(', '), describe(groupSize));
  }
  if (!scaleRuns.includes(groupsPerScale)) {
    throw new GqsFormatError('groupsPerScale', scaleRuns.join(', '), describe(groupsPerScale));
  }
  checkInteger('n', n, maxRows);
  checkInteger('k', k, maxColumns);
  if (k % groupSize !== 0) throw new GqsFormatError('k', `a multiple of the group size ${groupSize}`, `${k}`);
  if (k / groupSize > maxGroupColumns) {
    throw new GqsFormatError('k', `at most ${maxGroupColumns} group columns of ${groupSize}`, `${k}`);
  }
}

/** A short description of any value for messages. */
function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' ? `an object of type ${value.constructor.name}` : `a ${typeof value}`;
}

function checkInteger(field: string, value: unknown, largest: number): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= largest) return;
  throw new GqsFormatError(field, `an integer from 1 to ${largest}`, describe(value));
}

type Constructor = typeof Int32Array | typeof Uint16Array | typeof Uint8Array;

function checkArray(field: string, array: unknown, type: Constructor, length: number): void {
  if (!(array instanceof type)) throw new GqsFormatError(field, `a ${type.name}`, describe(array));
  if (array.length !== length) throw new GqsFormatError(field, `${length} elements`, `${array.length}`);
}

function checkRowIndex({ n, k, groupSize, rowIndex }: GqsMatrix): void {
  const columns = k / groupSize;
  if (rowIndex[0] !== 0) throw new GqsFormatError('rowIndex[0]', '0', `${rowIndex[0]}`);
  for (let row = 0; row < n; row++) {
    const begin = rowIndex[row]!;
    const end = rowIndex[row + 1]!;
    if (end < begin || end > begin + columns) {
      throw new GqsFormatError(`rowIndex[${row + 1}]`, `${begin} to ${begin + columns}`, `${end}`);
    }
  }
}

function checkColumns({ n, k, groupSize, rowIndex, groups }: GqsMatrix): void {
  const columns = k / groupSize;
  for (let row = 0; row < n; row++) {
    let previous = -1;
    for (let i = rowIndex[row]!; i < rowIndex[row + 1]!; i++) {
      const column = groups[i]!;
      if (column <= previous || column >= columns) {
        throw new GqsFormatError(
          `groups[${i}]`,
          `ascending columns below ${columns} in row ${row}`,
          `${column}`,
        );
      }
      previous = column;
    }
  }
}

function checkQuantisation({ bits, scales, zeros }: GqsMatrix): void {
  for (let i = 0; i < zeros.length; i++) {
    if (zeros[i]! >> bits !== 0) {
      throw new GqsFormatError(`zeros[${i}]`, `a zero point below ${2 ** bits}`, `${zeros[i]}`);
    }
    if ((scales[i]! & 0x7c00) === 0x7c00) {
      throw new GqsFormatError(`scales[${i}]`, 'a finite float16', `the bits 0x${scales[i]!.toString(16)}`);
    }
  }
}

function checkRuns({ n, rowIndex, scales, groupsPerScale = 1 }: GqsMatrix): void {
  for (let row = 0; row < n; row++) {
    const begin = rowIndex[row]!;
    for (let i = begin; i < rowIndex[row + 1]!; i++) {
      const first = i - ((i - begin) % groupsPerScale);
      if (scales[i] === scales[first]) continue;
      throw new GqsFormatError(
        `scales[${i}]`,
        `the scale of group ${first}, the bits 0x${scales[first]!.toString(16)}, in row ${row}`,
        `the bits 0x${scales[i]!.toString(16)}`,
      );
    }
  }
}
