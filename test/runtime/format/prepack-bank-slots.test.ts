/** Which groups are read at a time: those whose x lies in different banks of shared memory, as far as there are any. */
import test from 'ava';
import { prepackMatrix, randomGqsMatrix } from '../../../runtime/index.js';
import { groupsPerScale, streamLayout } from './stream-layouts.js';
import { unpackStream, words } from './stream-unpacker.js';

test('where every residue is there, neighbouring units get columns of neighbouring residues', async (t) => {
  const choice = { order: 'pairs', indexForm: 'packed', partition: 'rows' } as const;
  const matrix = randomGqsMatrix({ n: 3, k: 1024, bits: 4, groupSize: 16, density: 1, seed: 5 });
  for (const [unitElements, groupsPerSlot] of [
    [16, 1],
    [32, 2],
  ] as const) {
    const layout = streamLayout(4, 16, unitElements, 8, choice, 8)!;
    for (const row of unpackStream(await prepackMatrix(matrix, layout, 1), matrix.n)) {
      row.forEach(({ column }, i) => {
        t.is(column % 8, Math.floor(i / groupsPerSlot) % 8);
      });
    }
  }
});

test('rows of a slice with fewer lanes than banks take turns from step to step', async (t) => {
  const choice = { order: 'pairs', indexForm: 'packed', partition: 'slices', warpsPerCta: 1 } as const;
  const matrix = randomGqsMatrix({ n: 16, k: 1024, bits: 4, groupSize: 16, density: 1, seed: 5 });
  for (const rowsPerSlice of [1, 4, 8, 16]) {
    const layout = streamLayout(4, 16, 16, 8, { ...choice, rowsPerSlice }, 8)!;
    const packed = await prepackMatrix(matrix, layout, 1);
    const columns = Array.from(words(packed, 'meta'), (word) => (word & 0xffff) >>> 4);
    for (let first = 0; first < columns.length; first += 8) {
      const residues = columns.slice(first, first + 8).map((column) => column % 8);
      t.deepEqual(residues.sort(), [0, 1, 2, 3, 4, 5, 6, 7], `rowsPerSlice ${rowsPerSlice}, unit ${first}`);
    }
  }
});

/** Accesses that 8 neighbouring units take together, on average: one for each column that lies in the same bank. */
function accessesPerRead(columns: readonly number[][]): number {
  const reads: number[] = [];
  for (let first = 0; first < columns.length; first += 8) {
    for (const part of columns[0]!.keys()) {
      const read = new Set(columns.slice(first, first + 8).map((unit) => unit[part]!));
      const inBank = Array.from({ length: 8 }, (_, bank) =>
        [...read].filter((column) => column % 8 === bank),
      );
      reads.push(Math.max(...inBank.map(({ length }) => length)));
    }
  }
  return reads.reduce((sum, accesses) => sum + accesses, 0) / reads.length;
}

test('random rows side by side are read together with few conflicts', async (t) => {
  const choice = { order: 'pairs', indexForm: 'packed', partition: 'slices', warpsPerCta: 1 } as const;
  const matrix = randomGqsMatrix({ n: 64, k: 4096, bits: 4, groupSize: 16, density: 0.5, seed: 5 });
  for (const [rowsPerSlice, most] of [
    [4, 1.32],
    [8, 1.12],
    [16, 1.12],
    [32, 1.12],
  ] as const) {
    const layout = streamLayout(4, 16, 32, 8, { ...choice, rowsPerSlice }, 8)!;
    const packed = await prepackMatrix(matrix, layout, 1);
    const meta = Array.from(words(packed, 'meta'), (word) => (word & 0xffff) >>> 4);
    const units = Array.from({ length: meta.length / 2 }, (_, unit) => meta.slice(2 * unit, 2 * unit + 2));
    const accesses = accessesPerRead(units);
    t.true(accesses >= 1 && accesses < most, `rowsPerSlice ${rowsPerSlice}: ${accesses}`);
  }
});

test('runs of groups with one scale are dealt so that neighbouring units get different residues', async (t) => {
  const choice = { order: 'pairs', partition: 'slices', warpsPerCta: 1 } as const;
  const bytes = (word: number): number[] => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255);
  const columnsOf = {
    shared2: (word: number) => bytes(word).slice(0, 2),
    shared4: (word: number, index: number) => (index % 2 === 1 ? bytes(word) : []),
  } as const;
  for (const indexForm of ['shared2', 'shared4'] as const) {
    const runs = { groupsPerScale: groupsPerScale[indexForm], density: 1 } as const;
    const matrix = randomGqsMatrix({ n: 16, k: 1024, bits: 4, groupSize: 16, seed: 5, ...runs });
    for (const rowsPerSlice of [1, 4, 8]) {
      const layout = streamLayout(4, 16, 32, 8, { ...choice, indexForm, rowsPerSlice }, 8)!;
      const packed = await prepackMatrix(matrix, layout, 1);
      const columns = Array.from(words(packed, 'meta')).flatMap(columnsOf[indexForm]);
      for (let first = 0; first < columns.length; first += 16) {
        for (const part of [0, 1]) {
          const units = columns.slice(first, first + 16).filter((_, i) => i % 2 === part);
          const residues = units.map((column) => column % 8);
          const where = `${indexForm}, rowsPerSlice ${rowsPerSlice}, part ${part} from ${first}`;
          t.deepEqual(residues.sort(), [0, 1, 2, 3, 4, 5, 6, 7], where);
        }
      }
    }
  }
});
