import test from 'ava';
import { bitWidths, groupSizes } from '../../../generator/index.js';
import { GqsFormatError, randomGqsMatrix, validateMatrix } from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';

const shape = { n: 5, k: 128, bits: 3, groupSize: 8, seed: 6 } as const;
const matrix = randomGqsMatrix({ ...shape, density: 0.5 });
const nnz = matrix.groups.length;

test('valid matrices of every kind pass', (t) => {
  for (const bits of bitWidths) {
    for (const groupSize of groupSizes) {
      for (const [density, groupsPerScale] of [[0], [0.3], [0.7, 2], [0.6, 4], [1, 2]] as const) {
        const options = {
          n: 9,
          k: groupSize * 5,
          bits,
          groupSize,
          groupsPerScale,
          density,
          seed: bits,
          rows: 'binomial',
        } as const;
        t.notThrows(() => {
          validateMatrix(randomGqsMatrix(options));
        });
      }
    }
  }
});

function changed<T extends Uint8Array | Uint16Array | Int32Array>(array: T, index: number, value: number): T {
  const copy = array.slice() as T;
  copy[index] = value;
  return copy;
}

const largest = 2 ** 31 - 1;
const broken: [string, Partial<Record<keyof GqsMatrix, unknown>>, field: string, received: string][] = [
  ['five bits', { bits: 5 }, 'bits', '5'],
  ['bits as text', { bits: '4' }, 'bits', "'4'"],
  ['groups of 12', { groupSize: 12 }, 'groupSize', '12'],
  ['three groups per scale', { groupsPerScale: 3 }, 'groupsPerScale', '3'],
  ['no rows', { n: 0 }, 'n', '0'],
  ['half a row', { n: 0.5 }, 'n', '0.5'],
  ['NaN rows', { n: NaN }, 'n', 'NaN'],
  ['too many rows', { n: 2 ** 24 + 1 }, 'n', '16777217'],
  ['k below one group', { k: 4 }, 'k', '4'],
  ['k off the group size', { k: 130 }, 'k', '130'],
  ['k too large', { k: 2 ** 21 }, 'k', '2097152'],
  ['more group columns than 16 bits hold', { k: 2 ** 20 }, 'k', '1048576'],
  ['k missing', { k: undefined }, 'k', 'undefined'],
  ['a plain array', { rowIndex: [0, 1, 2, 3, 4, 5] }, 'rowIndex', 'an object of type Array'],
  ['a row index too short', { rowIndex: matrix.rowIndex.slice(1) }, 'rowIndex', '5'],
  ['a row index not from 0', { rowIndex: changed(matrix.rowIndex, 0, 1) }, 'rowIndex[0]', '1'],
  ['a row index that descends', { rowIndex: changed(matrix.rowIndex, 2, 1) }, 'rowIndex[2]', '1'],
  ['a row longer than k', { rowIndex: changed(matrix.rowIndex, 5, largest) }, 'rowIndex[5]', `${largest}`],
  ['groups of another type', { groups: new Int32Array(nnz) }, 'groups', 'an object of type Int32Array'],
  ['groups missing', { groups: null }, 'groups', 'null'],
  ['too few groups', { groups: matrix.groups.slice(1) }, 'groups', `${nnz - 1}`],
  ['too many values', { values: new Uint8Array(nnz * 3 + 1) }, 'values', `${nnz * 3 + 1}`],
  ['too few scales', { scales: new Uint16Array(0) }, 'scales', '0'],
  ['too many zero points', { zeros: new Uint8Array(nnz + 1) }, 'zeros', `${nnz + 1}`],
  ['a column out of range', { groups: changed(matrix.groups, nnz - 1, 16) }, `groups[${nnz - 1}]`, '16'],
  [
    'a column twice',
    { groups: changed(matrix.groups, 1, matrix.groups[0]!) },
    'groups[1]',
    `${matrix.groups[0]}`,
  ],
  ['a zero point out of range', { zeros: changed(matrix.zeros, 3, 8) }, 'zeros[3]', '8'],
  ['an infinite scale', { scales: changed(matrix.scales, 4, 0x7c00) }, 'scales[4]', 'the bits 0x7c00'],
  [
    'a NaN scale',
    { scales: changed(matrix.scales, nnz - 1, 0xfe00) },
    `scales[${nnz - 1}]`,
    'the bits 0xfe00',
  ],
];

for (const [name, fields, field, received] of broken) {
  test(`validation rejects ${name}`, (t) => {
    const error = t.throws(
      () => {
        validateMatrix({ ...matrix, ...fields });
      },
      { instanceOf: GqsFormatError },
    );
    t.is(error.field, field);
    t.is(error.received, received);
    t.is(error.message, `Expected ${error.expected} for ${field} but received ${received}`);
  });
}

test('validation rejects a run with two scales, naming row and group', (t) => {
  const shared = randomGqsMatrix({ ...shape, density: 0.5, groupsPerScale: 4 });
  const group = shared.rowIndex[2]! + 6;
  const scales = changed(shared.scales, group, shared.scales[group]! ^ 1);
  const hex = (i: number): string => `0x${scales[i]!.toString(16)}`;
  t.throws(
    () => {
      validateMatrix({ ...shared, scales });
    },
    {
      instanceOf: GqsFormatError,
      message: `Expected the scale of group ${group - 2}, the bits ${hex(group - 2)}, in row 2 for scales[${group}] but received the bits ${hex(group)}`,
    },
  );
});

test('validation rejects what is no object', (t) => {
  for (const nothing of [undefined, null, 3, 'matrix']) {
    t.throws(
      () => {
        validateMatrix(nothing);
      },
      { instanceOf: GqsFormatError, message: /Expected an object for matrix/ },
    );
  }
});
