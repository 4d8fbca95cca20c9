/** The layout of mma_columns, read back bit by bit as generator/layout.ts defines it. */
import test from 'ava';
import type { ColumnsLayout } from '../../../generator/index.js';
import {
  dequantise,
  fromHalf,
  type GqsMatrix,
  type PackedMatrix,
  PrepackError,
  prepackMatrix,
  randomGqsMatrix,
  type RowDistribution,
} from '../../../runtime/index.js';
import { words } from './stream-unpacker.js';

const noRow = 2 ** 32 - 1;

function layoutFor(
  bits: 2 | 3 | 4 | 8,
  groupSize: 16 | 32 | 64 | 128,
  warpsPerCta: number,
  columnsPerBatch: 1 | 2 = 1,
): ColumnsLayout {
  const storedBits = bits === 8 ? 8 : 4;
  const partElements = Math.min(groupSize, bits === 8 ? 32 : 64);
  return {
    kind: 'columns',
    version: 3,
    bits,
    groupSize,
    storedBits,
    partElements,
    columnsPerBatch,
    warpsPerCta,
  };
}

/** Four bits in groups of 16. */
function groupsOf16(
  n: number,
  k: number,
  density: number,
  seed: number,
  rows: RowDistribution = 'even',
): GqsMatrix {
  return randomGqsMatrix({ n, k, bits: 4, groupSize: 16, density, seed, rows });
}

/** The integer of element `e` of a lane: pairs of neighbours lie in the two halves of a word, bytes one by one. */
function integer(lane: Uint32Array, e: number, bits: number): number {
  const perWord = 32 / bits;
  const i = e % perWord;
  const shift = bits === 8 ? 8 * i : bits * Math.floor(i / 2) + 16 * (i % 2);
  return (lane[Math.floor(e / perWord)]! >>> shift) & (2 ** bits - 1);
}

interface Unpacked {
  /** [n, k]. */
  readonly weights: Float64Array;
  /** How often each weight was stored. */
  readonly times: Uint8Array;
  /** Batches of each CTA. */
  readonly batches: number[];
}

function unpack(packed: PackedMatrix, { n, k }: GqsMatrix): Unpacked {
  const layout = packed.layout as ColumnsLayout;
  const { storedBits, partElements: part, columnsPerBatch, warpsPerCta } = layout;
  const two = columnsPerBatch === 2;
  const perLane = (part * storedBits) / 64;
  const [values, meta, tasks, rowIds] = (['values', 'meta', 'tasks', 'rowIds'] as const).map((role) =>
    words(packed, role),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const ctas = packed.parts / warpsPerCta;
  const rows = rowIds.length / ctas;
  const room = packed.units / ctas;
  const weights = new Float64Array(n * k);
  const times = new Uint8Array(n * k);
  const batches: number[] = [];
  for (let cta = 0; cta < ctas; cta++) {
    let ofCta = 0;
    for (let warp = 0; warp < warpsPerCta; warp++) {
      const [count, firstColumn] = tasks.subarray((cta * warpsPerCta + warp) * 2) as unknown as number[];
      const first = cta * room + Math.floor((warp * room) / warpsPerCta);
      ofCta += count!;
      let column = firstColumn!;
      for (let batch = first; batch < first + count!; batch++) {
        const begins = meta.subarray(batch * 16, batch * 16 + 16).map((word) => (word >>> 15) & 1);
        if (new Set(begins).size !== 1) throw new Error(`batch ${batch} begins a column in some words only`);
        if (begins[0] === 1) column += 1;
        const rowsHere = new Set<number>();
        for (let i = 0; i < 16; i++) {
          const word = meta[batch * 16 + (i % 8) * 2 + Math.floor(i / 8)]!;
          const local = (word & (two ? 0x3fff : 0x7fff)) >>> storedBits;
          if (rowsHere.has(local)) throw new Error(`row ${local} is twice in batch ${batch}`);
          rowsHere.add(local);
          const own = two && ((word >>> 14) & 1) !== column % 2 ? column + 1 : column;
          const scale = fromHalf(word >>> 16);
          const zero = word & (2 ** storedBits - 1);
          if (local >= rows) {
            if (local !== rows + i || scale !== 0 || zero !== 0)
              throw new Error(`null part ${i} of batch ${batch} is not null`);
            continue;
          }
          const row = rowIds[cta * rows + local]!;
          for (let e = 0; e < part; e++) {
            const lane = (i % 8) * 4 + Math.floor(e / (part / 4));
            const at = (batch * 32 + lane) * perLane;
            const element = Math.floor(i / 8) * (part / 4) + (e % (part / 4));
            const q = integer(values.subarray(at, at + perLane), element, storedBits);
            weights[row * k + own * part + e] = (q - zero) * scale;
            times[row * k + own * part + e]! += 1;
          }
        }
      }
    }
    batches.push(ofCta);
  }
  return { weights, times, batches };
}

const shapes = [
  { n: 1, rows: 'even', density: 1 },
  { n: 45, rows: 'skewed', density: 0.3 },
  { n: 200, rows: 'even', density: 0.5 },
  { n: 33, rows: 'binomial', density: 0.05 },
] as const;

for (const [bits, columnsPerBatch] of [
  [2, 1],
  [3, 1],
  [4, 1],
  [8, 1],
  [4, 2],
  [8, 2],
] as const) {
  for (const groupSize of [16, 32, 64, 128] as const) {
    const batches = columnsPerBatch === 1 ? '' : ', two columns per batch';
    test(`${bits} bits in groups of ${groupSize}${batches}: every surviving weight is stored once`, async (t) => {
      for (const [seed, { n, rows, density }] of shapes.entries()) {
        const emptyRows = Math.floor(n / 5);
        const matrix = randomGqsMatrix({ n, k: 1024, bits, groupSize, density, seed, rows, emptyRows });
        const layout = layoutFor(bits, groupSize, 4, columnsPerBatch);
        const packed = await prepackMatrix(matrix, layout, 4 * (1 + seed * 2));
        const { weights, times } = unpack(packed, matrix);
        t.deepEqual(weights, Float64Array.from(dequantise(matrix)));
        const stored = times.reduce((sum, count) => sum + count, 0);
        t.is(stored, matrix.groups.length * groupSize);
        t.true(times.every((count) => count <= 1));
        t.is(packed.units, words(packed, 'meta').length / 16);
      }
    });
  }
}

test('rows of one matrix are dealt once each, in blocks of 8, and no CTA has many more groups than another', async (t) => {
  const matrix = groupsOf16(640, 1024, 0.5, 9, 'skewed');
  const packed = await prepackMatrix(matrix, layoutFor(4, 16, 2), 2 * 5);
  const rowIds = words(packed, 'rowIds');
  t.is(rowIds.length, 5 * 128);
  t.deepEqual(
    [...rowIds].filter((row) => row !== noRow).sort((a, b) => a - b),
    Array.from({ length: 640 }, (_, row) => row),
  );
  const groups = [0, 1, 2, 3, 4].map((cta) =>
    [...rowIds.subarray(cta * 128, cta * 128 + 128)].reduce(
      (sum, row) => sum + matrix.rowIndex[row + 1]! - matrix.rowIndex[row]!,
      0,
    ),
  );
  t.true(Math.max(...groups) < 1.05 * Math.min(...groups), groups.join(' '));
});

test('the warps of a CTA share its batches evenly, and every column has one', async (t) => {
  const matrix = groupsOf16(64, 2048, 0.02, 2);
  const packed = await prepackMatrix(matrix, layoutFor(4, 16, 8), 16);
  const tasks = words(packed, 'tasks');
  const shares = Array.from({ length: 16 }, (_, part) => tasks[part * 2]!);
  t.true(Math.max(...shares) - Math.min(...shares) <= 1, shares.join(' '));
  t.true(unpack(packed, matrix).batches.every((count) => count >= 128));
});

test('two columns per batch leave hardly any place empty', async (t) => {
  const matrix = groupsOf16(90, 2048, 0.5, 4);
  const places = async (columnsPerBatch: 1 | 2): Promise<number> =>
    (await prepackMatrix(matrix, layoutFor(4, 16, 1, columnsPerBatch), 1)).units * 16;
  const parts = matrix.groups.length;
  t.true((await places(1)) > 1.1 * parts);
  t.true((await places(2)) < 1.01 * parts);
});

test('warps behind the last batch of a CTA with few have nothing to do', async (t) => {
  const matrix = groupsOf16(12, 1024, 1, 5);
  const packed = await prepackMatrix(matrix, layoutFor(4, 16, 4, 2), 4 * 2);
  const { weights, batches } = unpack(packed, matrix);
  t.deepEqual(weights, Float64Array.from(dequantise(matrix)));
  t.is(packed.units, 2 * Math.max(...batches));
});

test('neighbouring parts of a full column belong to rows in different banks', async (t) => {
  const matrix = groupsOf16(32, 256, 1, 3);
  const packed = await prepackMatrix(matrix, layoutFor(4, 16, 1), 1);
  const meta = words(packed, 'meta');
  for (let quad = 0; quad < meta.length / 4; quad++) {
    const batch = Math.floor(quad / 4);
    const residues = [0, 1, 2, 3].map((i) => {
      const part = (quad % 4) * 4 + i;
      const word = meta[batch * 16 + (part % 8) * 2 + Math.floor(part / 8)]!;
      return ((word & 0x7fff) >>> 4) % 4;
    });
    t.deepEqual(residues.sort(), [0, 1, 2, 3]);
  }
});

const matrix = randomGqsMatrix({ n: 24, k: 256, bits: 4, groupSize: 32, density: 0.5, seed: 1 });
const good = layoutFor(4, 32, 2);
const wrong: readonly (readonly [string, object, number, RegExp])[] = [
  ['another version', { version: 1 }, 4, /Expected 3 for layout\.version but received 1/],
  ['other bits', { bits: 8 }, 4, /Expected 4 for layout\.bits but received 8/],
  ['too few stored bits', { storedBits: 2 }, 4, /Expected 4 or 8, .* for layout\.storedBits but received 2/],
  [
    'a part longer than a group',
    { partElements: 64 },
    4,
    /divisor of the group size 32 for layout\.partElements/,
  ],
  [
    'warps that do not divide the parts',
    { warpsPerCta: 3 },
    4,
    /divisor of the 4 parts for layout\.warpsPerCta/,
  ],
  [
    'three columns per batch',
    { columnsPerBatch: 3 },
    4,
    /Expected 1 or 2 for layout\.columnsPerBatch but received 3/,
  ],
  ['no parts', {}, 0, /Expected 1 to 2\^24 for parts but received 0/],
];

for (const [what, change, parts, message] of wrong) {
  test(`${what} is refused`, async (t) => {
    const layout = { ...good, ...change } as ColumnsLayout;
    await t.throwsAsync(prepackMatrix(matrix, layout, parts), { instanceOf: PrepackError, message });
  });
}

test('more rows than a meta word can name are refused', async (t) => {
  const tall = randomGqsMatrix({ n: 300, k: 64, bits: 8, groupSize: 16, density: 0.5, seed: 1 });
  const message = /Expected at most 112 for the rows of a CTA but received 304/;
  await t.throwsAsync(prepackMatrix(tall, layoutFor(8, 16, 1), 1), { instanceOf: PrepackError, message });
});
