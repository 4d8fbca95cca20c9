import test from 'ava';
import { bitWidths, groupSizes } from '../../../generator/index.js';
import type { StreamLayout } from '../../../generator/index.js';
import {
  Random,
  prepackMatrix,
  quantiseDense,
  randomGqsMatrix,
  unpackGroup,
} from '../../../runtime/index.js';
import type { GqsMatrix, PackedMatrix } from '../../../runtime/index.js';
import { groupsPerScale, type StreamChoice, streamChoices, streamLayout } from './stream-layouts.js';
import { sliceTables, unpackStream, words } from './stream-unpacker.js';
import type { UnpackedGroup } from './stream-unpacker.js';

/** Groups of each row of a matrix, as BSR has them. */
function groupsOf(matrix: GqsMatrix): UnpackedGroup[][] {
  return Array.from({ length: matrix.n }, (_, row) => {
    const groups: UnpackedGroup[] = [];
    for (let i = matrix.rowIndex[row]!; i < matrix.rowIndex[row + 1]!; i++) {
      const integers = new Uint8Array(matrix.groupSize);
      unpackGroup(matrix, i, integers);
      const { groups: columns, scales, zeros } = matrix;
      groups.push({ column: columns[i]!, scale: scales[i]!, zero: zeros[i]!, integers: [...integers] });
    }
    return groups;
  });
}

/** Rows cut behind the groups that the matrix has, those in ascending order again where they were dealt to banks. */
function split(rows: UnpackedGroup[][], matrix: GqsMatrix, { bankSlots }: StreamLayout) {
  return rows.map((groups, row) => {
    const count = matrix.rowIndex[row + 1]! - matrix.rowIndex[row]!;
    const stored = groups.slice(0, count);
    if (bankSlots > 1) stored.sort((a, b) => a.column - b.column);
    return { stored, behind: groups.slice(count) };
  });
}

/** Bytes of the buffers that hold groups. */
function sizes(packed: PackedMatrix): Record<string, number | undefined> {
  const { values, meta, columns, zeros } = packed.buffers;
  return { values: values?.length, meta: meta?.length, columns: columns?.length, zeros: zeros?.length };
}

/** Bytes of what is stored of `groups` groups besides their integers. */
function groupBytes(form: StreamChoice['indexForm'], groups: number): Record<string, number | undefined> {
  switch (form) {
    case 'packed':
      return { meta: 4 * groups, columns: undefined, zeros: undefined };
    case 'wide':
      return { meta: 4 * groups, columns: undefined, zeros: groups };
    case 'narrow':
    case 'windowed':
      return { meta: 2 * groups, columns: groups, zeros: groups / 2 };
    case 'shared2':
      return { meta: 2 * groups, columns: undefined, zeros: groups / 2 };
    case 'shared4':
      return { meta: 2 * groups, columns: undefined, zeros: undefined };
  }
}

/** How many float16 scales of the whole stream are not zero. */
function countScales(packed: PackedMatrix): number {
  const { indexForm } = packed.layout as StreamLayout;
  const halves = new Uint16Array(words(packed, 'meta').slice().buffer);
  const scales = {
    packed: (i: number) => i % 2 === 1,
    wide: (i: number) => i % 2 === 1,
    narrow: () => true,
    windowed: () => true,
    shared2: (i: number) => i % 2 === 1,
    shared4: (i: number) => i % 4 === 1,
  }[indexForm];
  return halves.filter((half, i) => scales(i) && half !== 0).length;
}

/** Null groups in the rest of a run have its scale, which does nothing to their zeros. */
function isNull({ column, zero, integers }: UnpackedGroup): boolean {
  return column === 0 && zero === 0 && integers.every((integer) => integer === 0);
}

for (const bits of bitWidths) {
  for (const groupSize of groupSizes) {
    test(`a packed stream reads back as the matrix: ${bits} bits, groups of ${groupSize}`, async (t) => {
      const random = new Random(bits * 1000 + groupSize);
      for (const unitElements of [8, 16, 32, 64]) {
        for (const choice of streamChoices) {
          const chunk = 4 << random.integer(3);
          const layout = streamLayout(bits, groupSize, unitElements, chunk, choice, 1 << random.integer(6));
          if (layout === undefined || 32 / (layout.rowsPerSlice ?? 1) < layout.lanesPerGroup) continue;
          const n = 1 + random.integer(24);
          const matrix = randomGqsMatrix({
            n,
            k: groupSize * (1 + random.integer(19)),
            bits,
            groupSize,
            groupsPerScale: groupsPerScale[choice.indexForm],
            density: random.uniform(),
            seed: random.uint32(),
            rows: 'binomial',
            emptyRows: random.integer(Math.ceil(n / 2)),
            fullRow: true,
          });
          const packed = await prepackMatrix(
            matrix,
            layout,
            (1 + random.integer(9)) * (layout.warpsPerCta ?? 1),
          );
          const rows = split(unpackStream(packed, matrix.n), matrix, layout);
          t.deepEqual(
            rows.map(({ stored }) => stored),
            groupsOf(matrix),
            JSON.stringify(layout),
          );
          t.true(
            rows.every(({ behind }) => behind.every(isNull)),
            'null groups are all zero',
          );
          const { groupsPerUnit } = layout;
          t.true(rows.every(({ stored, behind }) => (stored.length + behind.length) % groupsPerUnit === 0));
          const runs = rows.map(({ stored }) => Math.ceil(stored.length / groupsPerScale[choice.indexForm]));
          t.is(
            countScales(packed),
            runs.reduce((sum, count) => sum + count, 0),
            'nothing else has a scale',
          );
          if (choice.partition !== 'slices') {
            t.is(packed.units, Math.ceil(words(packed, 'rowPtr').at(-1)! / 32) * 32);
          }
          const metas = (packed.units * layout.groupsPerUnit) / layout.lanesPerGroup;
          t.deepEqual(sizes(packed), {
            values: (packed.units * unitElements * bits) / 8,
            ...groupBytes(choice.indexForm, metas),
          });
        }
      }
    });
  }
}

test('columns of every index form reach to its last bit', async (t) => {
  const choice = { order: 'pairs', partition: 'rows' } as const;
  const cases = [
    { bits: 4, groupSize: 16, k: 65_536, indexForm: 'packed' },
    { bits: 8, groupSize: 4, k: 1024, indexForm: 'packed' },
    { bits: 2, groupSize: 16, k: 2 ** 20, indexForm: 'wide' },
    { bits: 4, groupSize: 8, k: 2048, indexForm: 'narrow' },
  ] as const;
  for (const { bits, groupSize, k, indexForm } of cases) {
    const matrix = randomGqsMatrix({ n: 2, k, bits, groupSize, density: 1, seed: 5 });
    const layout = streamLayout(bits, groupSize, 16, 8, { ...choice, indexForm })!;
    const packed = await prepackMatrix(matrix, layout, 1);
    t.deepEqual(unpackStream(packed, matrix.n), groupsOf(matrix));
  }
});

test('windows: each step has columns within 256 of the least that its rows have left', async (t) => {
  const choice = { order: 'pairs', partition: 'slices', rowsPerSlice: 4, warpsPerCta: 2 } as const;
  const layout = streamLayout(4, 16, 32, 8, { ...choice, indexForm: 'windowed' }, 8)!;
  const shape = { n: 37, k: 16 * 1500, bits: 4, groupSize: 16 } as const;
  for (const rows of ['even', 'skewed'] as const) {
    const matrix = randomGqsMatrix({ ...shape, density: 0.4, rows, emptyRows: 2, seed: 6 });
    const packed = await prepackMatrix(matrix, layout, 6);
    const unpacked = unpackStream(packed, matrix.n);
    const stored = unpacked.map((groups) => groups.filter((group) => group.scale !== 0));
    const ascending = stored.map((groups) => groups.toSorted((a, b) => a.column - b.column));
    t.deepEqual(ascending, groupsOf(matrix));
    const { rowIds } = sliceTables(packed, matrix.n);
    for (let slice = 0; slice < rowIds.length; slice += 4) {
      const sides = rowIds.slice(slice, slice + 4).filter((row) => row < matrix.n);
      const steps = Math.max(0, ...sides.map((row) => unpacked[row]!.length / 16));
      for (let step = 0; step < steps; step++) {
        const left = sides
          .flatMap((row) => unpacked[row]!.slice(16 * step))
          .filter(({ scale }) => scale !== 0);
        const base = Math.min(...left.map(({ column }) => column));
        const now = sides.flatMap((row) => unpacked[row]!.slice(16 * step, 16 * step + 16));
        t.true(now.every(({ scale, column }) => scale === 0 || (column >= base && column < base + 256)));
      }
    }
    const fullSteps = Math.ceil(Math.max(...stored.map((groups) => groups.length)) / 16);
    t.true(Math.max(...unpacked.map((groups) => groups.length)) <= 16 * (fullSteps + 1), 'hardly any null');
  }
});

test('windows: a row waits for the others, and what its places have meanwhile is null', async (t) => {
  const choice = { order: 'pairs', partition: 'slices', rowsPerSlice: 2, warpsPerCta: 1 } as const;
  const layout = streamLayout(4, 16, 32, 8, { ...choice, indexForm: 'windowed' }, 8)!;
  const columns = 640;
  // The first row has only the last columns, the second one only the first.
  const mask = Uint8Array.from(
    { length: 2 * columns },
    (_, i) => +(i < columns ? i >= 400 : i - columns < 240),
  );
  const weights = Float32Array.from({ length: 2 * columns * 16 }, (_, i) => ((i * 7) % 13) - 6);
  const matrix = quantiseDense({ n: 2, k: columns * 16, bits: 4, groupSize: 16, weights, mask });
  const packed = await prepackMatrix(matrix, layout, 1);
  const rows = unpackStream(packed, 2).map((groups) => groups.filter(({ scale }) => scale !== 0));
  t.deepEqual(
    rows.map((groups) => groups.toSorted((a, b) => a.column - b.column)),
    groupsOf(matrix),
  );
  t.true(packed.units / 32 > 8, 'more steps than either row has');
});

test('a matrix without any group has null units only', async (t) => {
  for (const choice of streamChoices) {
    const layout = streamLayout(4, 16, 32, 8, choice);
    if (layout === undefined) continue;
    const matrix = randomGqsMatrix({ n: 5, k: 64, bits: 4, groupSize: 16, density: 0, seed: 1 });
    const packed = await prepackMatrix(matrix, layout, 4);
    t.true(packed.buffers.values!.every((byte) => byte === 0));
    t.is(countScales(packed), 0);
    t.is(packed.buffers.values!.length, packed.units * 16);
    if (choice.partition === 'slices') continue;
    t.is(packed.units, 32);
    t.deepEqual([...words(packed, 'rowPtr')], [0, 0, 0, 0, 0, 0]);
    if (choice.partition === 'tasks')
      t.deepEqual([...words(packed, 'tasks')], [0, 5, 0, 5, 0, 5, 0, 5, 0, 5]);
  }
});

test('a large matrix packs to the same bytes every time', async (t) => {
  const matrix = randomGqsMatrix({
    n: 3000,
    k: 1024,
    bits: 4,
    groupSize: 16,
    density: 0.5,
    seed: 8,
    rows: 'skewed',
  });
  const slices = { partition: 'slices', rowsPerSlice: 4, warpsPerCta: 8 } as const;
  const layout = streamLayout(4, 16, 32, 8, { order: 'pairs', indexForm: 'packed', ...slices })!;
  const [first, second] = await Promise.all([
    prepackMatrix(matrix, layout, 264),
    prepackMatrix(matrix, layout, 264),
  ]);
  t.deepEqual(Object.keys(first.buffers).sort(), ['meta', 'slices', 'values']);
  t.true(Buffer.from(first.buffers.values!).equals(second.buffers.values!));
  t.true(Buffer.from(first.buffers.meta!).equals(second.buffers.meta!));
  t.deepEqual(first.buffers.slices, second.buffers.slices);
});
