import test from 'ava';
import { bitWidths, groupSizes } from '../../../generator/index.js';
import {
  Random,
  bytesPerGroup,
  dequantise,
  dequantiseFloat64,
  matrixDensity,
  packGroup,
  unpackGroup,
} from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';

test('integers of a group are one bit stream, low bits first, in whole bytes', (t) => {
  const random = new Random(2);
  for (const bits of bitWidths) {
    for (const groupSize of groupSizes) {
      const stride = bytesPerGroup(bits, groupSize);
      t.is(stride, bits === 3 && groupSize === 4 ? 2 : (groupSize * bits) / 8);
      const matrix = { bits, groupSize, values: new Uint8Array(3 * stride) };
      const integers = Array.from({ length: 3 * groupSize }, () => random.integer(2 ** bits));
      for (let group = 0; group < 3; group++) packGroup(matrix, group, integers, group * groupSize);

      const expected = new Uint8Array(3 * stride);
      integers.forEach((integer, i) => {
        const bit = Math.floor(i / groupSize) * stride * 8 + (i % groupSize) * bits;
        for (let b = 0; b < bits; b++) expected[(bit + b) >> 3]! |= ((integer >> b) & 1) << ((bit + b) & 7);
      });
      t.deepEqual(matrix.values, expected, `${bits} bits, groups of ${groupSize}`);

      const out = new Uint8Array(groupSize);
      unpackGroup(matrix, 1, out);
      t.deepEqual([...out], integers.slice(groupSize, 2 * groupSize));
    }
  }
});

/** The example of the format by hand: 2 x 8 weights, 4 bits, groups of 4. Row 0 lacks its first group. */
const example: GqsMatrix = {
  n: 2,
  k: 8,
  bits: 4,
  groupSize: 4,
  rowIndex: Int32Array.of(0, 1, 3),
  groups: Uint16Array.of(1, 0, 1),
  values: Uint8Array.of(0x10, 0x32, 0xfe, 0xdc, 0x88, 0x88),
  scales: Uint16Array.of(0x3c00, 0x3800, 0xc000), // 1, 0.5, -2
  zeros: Uint8Array.of(1, 15, 8),
};
const dense = [0, 0, 0, 0, -1, 0, 1, 2, -0.5, 0, -1.5, -1, 0, 0, 0, 0];

test('dequantising gives (q - z) * s where groups survive and 0 elsewhere', (t) => {
  t.deepEqual(
    [...dequantise(example)].map((w) => w + 0),
    dense,
  );
  t.deepEqual(
    [...dequantiseFloat64(example)].map((w) => w + 0),
    dense,
  );
  t.true(dequantise(example) instanceof Float32Array && dequantiseFloat64(example) instanceof Float64Array);
});

test('density is the share of groups that survive', (t) => {
  t.is(matrixDensity(example), 0.75);
});
