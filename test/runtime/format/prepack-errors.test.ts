import test from 'ava';
import type { StreamLayout } from '../../../generator/index.js';
import { PrepackError, prepackMatrix, randomGqsMatrix } from '../../../runtime/index.js';
import type { GqsMatrix } from '../../../runtime/index.js';
import { streamLayout } from './stream-layouts.js';

const matrix = randomGqsMatrix({ n: 6, k: 256, bits: 4, groupSize: 16, density: 0.5, seed: 4 });
const layout = streamLayout(4, 16, 16, 8, { order: 'pairs', indexForm: 'packed', partition: 'tasks' })!;

/** A copy of an array with some elements replaced. */
function changed<T extends Uint8Array | Uint16Array | Int32Array>(
  array: T,
  changes: Record<number, number>,
): T {
  const copy = array.slice() as T;
  for (const [index, value] of Object.entries(changes)) copy[Number(index)] = value;
  return copy;
}

interface Broken {
  readonly matrix?: Partial<Record<keyof GqsMatrix, unknown>>;
  readonly layout?: Partial<Record<keyof StreamLayout, unknown>> | Record<string, unknown>;
  readonly parts?: unknown;
  readonly message: RegExp;
}

const nnz = matrix.groups.length;
const broken: Record<string, Broken> = {
  'more rows than the row index': {
    matrix: { n: 7 },
    message: /Expected 8 elements for matrix\.rowIndex but received 7/,
  },
  'no rows': { matrix: { n: 0 }, message: /matrix\.n but received 0/ },
  'a negative number of rows': {
    matrix: { n: -1 },
    message: /Expected an unsigned 32-bit integer for matrix\.n but received -1/,
  },
  'a fraction of a row': { matrix: { n: 1.5 }, message: /matrix\.n but received 1\.5/ },
  'rows that are not a number': { matrix: { n: 'six' }, message: /matrix\.n but received 'six'/ },
  'k off the group size': {
    matrix: { k: 250 },
    message: /multiple of the group size 16 .* for matrix\.k but received 250/,
  },
  'five bits': { matrix: { bits: 5 }, message: /matrix\.bits but received 5/ },
  'groups of 20': { matrix: { groupSize: 20, k: 260 }, message: /matrix\.groupSize but received 20/ },
  'too many group columns': { matrix: { groupSize: 4, k: 2 ** 20 }, message: /65536 group columns/ },
  'an array of another type': {
    matrix: { groups: new Uint8Array(nnz) },
    message: /Expected a Uint16Array for matrix\.groups/,
  },
  'no array': {
    matrix: { values: undefined },
    message: /Expected a Uint8Array for matrix\.values but received undefined/,
  },
  'a row index that does not start at 0': {
    matrix: { rowIndex: changed(matrix.rowIndex, { 0: 1 }) },
    message: /Expected 0 for matrix\.rowIndex\[0\] but received 1/,
  },
  'a row index that descends': {
    matrix: { rowIndex: changed(matrix.rowIndex, { 3: 0 }) },
    message: /matrix\.rowIndex\[3\] but received 0/,
  },
  'a negative row index': {
    matrix: { rowIndex: changed(matrix.rowIndex, { 3: -5 }) },
    message: /matrix\.rowIndex\[3\] but received -5/,
  },
  'a row index past the groups': {
    matrix: { rowIndex: changed(matrix.rowIndex, { 6: nnz + 1 }) },
    message: new RegExp(`Expected ${nnz + 1} elements for matrix\\.groups but received ${nnz}`),
  },
  'a row index far past the groups': {
    matrix: { rowIndex: changed(matrix.rowIndex, { 6: 2 ** 31 - 1 }) },
    message: /matrix\.rowIndex\[6\] but received 2147483647/,
  },
  'too few values': { matrix: { values: matrix.values.subarray(1) }, message: /elements for matrix\.values/ },
  'too many scales': { matrix: { scales: new Uint16Array(nnz + 1) }, message: /elements for matrix\.scales/ },
  'too few zero points': {
    matrix: { zeros: new Uint8Array(0) },
    message: /elements for matrix\.zeros but received 0/,
  },
  'a column out of range': {
    matrix: { groups: changed(matrix.groups, { 7: 16 }) },
    message: /ascending columns below 16 in row 0 for matrix\.groups\[7\] but received 16/,
  },
  'columns that do not ascend': {
    matrix: { groups: changed(matrix.groups, { 1: matrix.groups[0]! }) },
    message: /in row 0 for matrix\.groups\[1\]/,
  },
  'a zero point out of range': {
    matrix: { zeros: changed(matrix.zeros, { 9: 16 }) },
    message: /below 2\^4 for matrix\.zeros\[9\] but received 16/,
  },
  'an infinite scale': {
    matrix: { scales: changed(matrix.scales, { 2: 0xfc00 }) },
    message: /finite float16 for matrix\.scales\[2\]/,
  },
  'an unknown kind of layout': {
    layout: { kind: 'csr' },
    message: /Expected stream, columns, tiles, cpu or dense for layout\.kind but received csr/,
  },
  'an unknown version': { layout: { version: 1 }, message: /Expected 4 for layout\.version but received 1/ },
  'other bits than the matrix': {
    layout: { bits: 8 },
    message: /Expected 4 for layout\.bits but received 8/,
  },
  'another group size than the matrix': {
    layout: { groupSize: 32 },
    message: /Expected 16 for layout\.groupSize/,
  },
  'an odd unit': { layout: { unitElements: 24 }, message: /layout\.unitElements but received 24/ },
  'a unit of nothing': { layout: { unitElements: 0 }, message: /layout\.unitElements but received 0/ },
  'a unit of half a word': {
    layout: { unitElements: 4, lanesPerGroup: 4, vectorWords: 0 },
    message: /multiple of 8 with 4 bits for layout\.unitElements/,
  },
  'groups per unit that do not fit': {
    layout: { groupsPerUnit: 2 },
    message: /Expected 1 for layout\.groupsPerUnit but received 2/,
  },
  'lanes per group that do not fit': {
    layout: { lanesPerGroup: 2 },
    message: /Expected 1 for layout\.lanesPerGroup/,
  },
  'chunks that do not fit': {
    layout: { unitElements: 8, lanesPerGroup: 2, vectorWords: 1, chunkElements: 3 },
    message: /divisor of unitElements 8 for layout\.chunkElements but received 3/,
  },
  'chunks of nothing': {
    layout: { unitElements: 8, lanesPerGroup: 2, vectorWords: 1, chunkElements: 0 },
    message: /layout\.chunkElements but received 0/,
  },
  'planes that do not fit': {
    layout: { planes: 3 },
    message: /Expected 1 for layout\.planes but received 3/,
  },
  'vectors that do not fit': {
    layout: { vectorWords: 4 },
    message: /Expected 2 for layout\.vectorWords but received 4/,
  },
  'no bank slots': { layout: { bankSlots: 0 }, message: /layout\.bankSlots but received 0/ },
  'more bank slots than banks': { layout: { bankSlots: 33 }, message: /layout\.bankSlots but received 33/ },
  'an unknown order': {
    layout: { order: 'zigzag' },
    message: /Expected pairs or bytes for layout\.order but received zigzag/,
  },
  'an unknown index form': {
    layout: { indexForm: 7 },
    message: /Expected a string for layout\.indexForm but received 7/,
  },
  'rows that do not divide a step': {
    layout: { partition: 'slices', rowsPerSlice: 3, warpsPerCta: 1 },
    message: /divisor of 32 .*for layout\.rowsPerSlice but received 3/,
  },
  'warps that do not divide the parts': {
    layout: { partition: 'slices', rowsPerSlice: 4, warpsPerCta: 7 },
    message: /divisor of the \d+ parts for layout\.warpsPerCta but received 7/,
  },
  'more warps than a CTA has': {
    layout: { partition: 'slices', rowsPerSlice: 4, warpsPerCta: 33 },
    message: /at most 32 for layout\.warpsPerCta but received 33/,
  },
  'an unknown partition': {
    layout: { partition: 'rings' },
    message: /rows or tasks or slices for layout\.partition but received rings/,
  },
  'no parts': { parts: 0, message: /parts but received 0/ },
  'too many parts': { parts: 2 ** 30, message: /parts but received 1073741824/ },
  'parts that are no number': { parts: undefined, message: /parts but received undefined/ },
};

for (const [name, input] of Object.entries(broken)) {
  test(`prepacking rejects ${name}`, async (t) => {
    const promise = prepackMatrix(
      { ...matrix, ...input.matrix } as GqsMatrix,
      { ...layout, ...input.layout } as StreamLayout,
      ('parts' in input ? input.parts : 4) as number,
    );
    const error = await t.throwsAsync(promise, { instanceOf: PrepackError, message: input.message });
    t.true(error.cause instanceof Error);
  });
}

test('prepacking rejects things that are no matrix and no layout', async (t) => {
  for (const nothing of [undefined, null, 7, 'matrix']) {
    await t.throwsAsync(prepackMatrix(nothing as never, layout, 1), {
      message: /Expected an object for matrix/,
    });
    await t.throwsAsync(prepackMatrix(matrix, nothing as never, 1), {
      message: /Expected an object for layout/,
    });
  }
});

test('the narrow index form refuses what does not fit in it', async (t) => {
  const choice = { order: 'pairs', indexForm: 'narrow', partition: 'rows' } as const;
  const [form, eightBits, single] = [
    streamLayout(4, 16, 32, 8, choice)!,
    { ...streamLayout(8, 16, 32, 8, { ...choice, indexForm: 'wide' })!, indexForm: 'narrow' } as const,
    { ...streamLayout(4, 16, 16, 8, { ...choice, indexForm: 'wide' })!, indexForm: 'narrow' } as const,
  ];
  const refused = async (k: number, bits: 4 | 8, layout: StreamLayout, message: RegExp): Promise<void> => {
    const matrix = randomGqsMatrix({ n: 1, k, bits, groupSize: 16, density: 0.5, seed: 1 });
    await t.throwsAsync(prepackMatrix(matrix, layout, 1), { instanceOf: PrepackError, message });
  };
  await refused(4112, 4, form, /at most 256 group columns for layout\.indexForm narrow .* received 257/);
  await refused(256, 8, eightBits, /at most 4 with layout\.indexForm narrow for layout\.bits but received 8/);
  await refused(256, 4, single, /an even number .* for layout\.groupsPerUnit but received 1/);
});

test('windows need rows side by side', async (t) => {
  const layout = streamLayout(4, 16, 32, 8, { order: 'pairs', indexForm: 'narrow', partition: 'rows' })!;
  const matrix = randomGqsMatrix({ n: 1, k: 256, bits: 4, groupSize: 16, density: 0.5, seed: 1 });
  await t.throwsAsync(prepackMatrix(matrix, { ...layout, indexForm: 'windowed' }, 1), {
    instanceOf: PrepackError,
    message: /Expected layout\.partition slices with layout\.indexForm windowed/,
  });
});

test('the shared index forms refuse groups that cannot share a scale', async (t) => {
  const choice = { order: 'pairs', indexForm: 'shared2', partition: 'rows' } as const;
  const [two, four] = [
    streamLayout(4, 16, 32, 8, choice)!,
    { ...streamLayout(4, 16, 32, 8, choice)!, indexForm: 'shared4' } as const,
  ];
  const shape = { n: 2, k: 80, bits: 4, groupSize: 16, density: 1, seed: 1 } as const;
  const shared = randomGqsMatrix({ ...shape, groupsPerScale: 2 });
  await t.notThrowsAsync(prepackMatrix(shared, two, 1));
  const scales = shared.scales.with(8, shared.scales[7]! + 1);
  await t.throwsAsync(prepackMatrix({ ...shared, scales }, two, 1), {
    instanceOf: PrepackError,
    message: new RegExp(
      `the bits ${scales[7]!} of its run for matrix\\.scales\\[8\\] in row 1 but received ${scales[8]!}`,
    ),
  });
  await t.throwsAsync(prepackMatrix(shared, four, 1), {
    instanceOf: PrepackError,
    message: /a multiple of 4 for the groups of a row side by side .* shared4 but received 2/,
  });
});

test('the packed index form refuses a matrix whose columns do not fit in it', async (t) => {
  const wide = randomGqsMatrix({ n: 1, k: 1040, bits: 8, groupSize: 4, density: 0.1, seed: 1 });
  const form = streamLayout(8, 4, 16, 8, { order: 'bytes', indexForm: 'packed', partition: 'rows' })!;
  const message = /at most 256 group columns for layout\.indexForm packed with 8 bits but received 260/;
  await t.throwsAsync(prepackMatrix(wide, form, 1), { instanceOf: PrepackError, message });
});
