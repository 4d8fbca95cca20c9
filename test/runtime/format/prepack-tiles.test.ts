/** The layout of mma_tiles, read back bit by bit as generator/layout.ts defines it. */
import test from 'ava';
import type { TilesLayout } from '../../../generator/index.js';
import {
  dequantise,
  fromHalf,
  type GqsMatrix,
  type PackedMatrix,
  PrepackError,
  prepackMatrix,
  randomGqsMatrix,
} from '../../../runtime/index.js';
import { words } from './stream-unpacker.js';

const noRow = 2 ** 32 - 1;

type Bits = 2 | 3 | 4 | 8;

function layoutFor(
  bits: Bits,
  groupSize: 16 | 32 | 64 | 128,
  warpsPerCta: number,
  stepsPerRound = 1,
): TilesLayout {
  const storedBits = bits === 3 ? 4 : bits;
  const rowsPerTile = bits === 8 ? 16 : 32;
  return { kind: 'tiles', version: 4, bits, groupSize, storedBits, rowsPerTile, warpsPerCta, stepsPerRound };
}

/** The integer of element `e` of a group: pairs of neighbours lie in the two halves of a word, bytes one by one. */
function integer(group: readonly number[], e: number, bits: number): number {
  const perWord = 32 / bits;
  const i = e % perWord;
  const shift = bits === 8 ? 8 * i : bits * Math.floor(i / 2) + 16 * (i % 2);
  return (group[Math.floor(e / perWord)]! >>> shift) & (2 ** bits - 1);
}

interface Unpacked {
  /** [n, k]. */
  readonly weights: Float64Array;
  /** How often each weight was stored. */
  readonly times: Uint8Array;
  /** Of each warp. */
  readonly groups: number[];
}

function unpack(packed: PackedMatrix, { n, k, groupSize }: GqsMatrix): Unpacked {
  const { storedBits, rowsPerTile, warpsPerCta, stepsPerRound } = packed.layout as TilesLayout;
  const [values, meta, masks, tasks, rowIds] = (['values', 'meta', 'masks', 'tasks', 'rowIds'] as const).map(
    (role) => words(packed, role),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const perGroup = (groupSize * storedBits) / 32;
  const rows = rowIds.length / (packed.parts / warpsPerCta);
  const steps = stepsPerRound * Math.ceil(Math.ceil(k / groupSize / 4) / (warpsPerCta * stepsPerRound));
  const zeroBase = storedBits === 8 ? 1024 : 64;
  const weights = new Float64Array(n * k);
  const times = new Uint8Array(n * k);
  const groups: number[] = [];
  let [mask, next] = [0, 0];
  for (let part = 0; part < packed.parts; part++) {
    const begin = next;
    if (tasks[2 * part] !== begin) throw new Error(`warp ${part} begins at ${tasks[2 * part]}`);
    const cta = Math.floor(part / warpsPerCta);
    const dealt = rowIds.subarray(cta * rows, (cta + 1) * rows).filter((row) => row !== noRow).length;
    const blocks = tasks[2 * part + 1]!;
    if (blocks !== Math.ceil(dealt / 16)) throw new Error(`warp ${part} has ${blocks} blocks`);
    for (let tile = 0; tile < rows; tile += rowsPerTile) {
      for (let step = 0; step < steps; step++) {
        for (let first = tile; first < tile + rowsPerTile; first += 8, mask++) {
          for (let bit = 0; bit < 32; bit++) {
            if (((masks[mask]! >>> bit) & 1) === 0) continue;
            const row = rowIds[cta * rows + first + Math.floor(bit / 4)]!;
            const column = ((part % warpsPerCta) * steps + step) * 4 + (bit % 4);
            const word = meta[next + 1]!;
            const group = Array.from(values.subarray((next + 1) * perGroup, (next + 2) * perGroup));
            for (let e = 0; e < groupSize; e++) {
              const q = integer(group, e, storedBits);
              const at = row * k + column * groupSize + e;
              weights[at] = (q - (fromHalf(word & 0xffff) - zeroBase)) * fromHalf(word >>> 16);
              times[at]! += 1;
            }
            next++;
          }
        }
      }
    }
    groups.push(next - begin);
  }
  if (mask !== masks.length) throw new Error(`${masks.length} masks instead of ${mask}`);
  return { weights, times, groups };
}

const shapes = [
  { n: 1, rows: 'even', density: 1 },
  { n: 45, rows: 'skewed', density: 0.3 },
  { n: 200, rows: 'even', density: 0.5 },
  { n: 33, rows: 'binomial', density: 0.05 },
] as const;

for (const bits of [2, 3, 4, 8] as const) {
  for (const groupSize of [16, 32, 64, 128] as const) {
    test(`${bits} bits in groups of ${groupSize}: every surviving weight is stored`, async (t) => {
      for (const [seed, { n, rows, density }] of shapes.entries()) {
        const emptyRows = Math.floor(n / 5);
        const matrix = randomGqsMatrix({ n, k: 1024, bits, groupSize, density, seed, rows, emptyRows });
        const packed = await prepackMatrix(
          matrix,
          layoutFor(bits, groupSize, 2, 1 + seed),
          2 * (1 + seed * 2),
        );
        const { weights, times } = unpack(packed, matrix);
        t.deepEqual(weights, Float64Array.from(dequantise(matrix)));
        t.is(times.filter((count) => count > 0).length, matrix.groups.length * groupSize);
        t.is(packed.units, matrix.groups.length);
        const meta = words(packed, 'meta');
        t.is(meta.length, packed.units + 1);
        t.is(meta[0], 0);
      }
    });
  }
}

test('rows of one matrix are dealt once each, in blocks of 16, and no CTA has many more groups than another', async (t) => {
  const matrix = randomGqsMatrix({
    n: 640,
    k: 1024,
    bits: 4,
    groupSize: 16,
    density: 0.5,
    seed: 9,
    rows: 'skewed',
  });
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

test('the warps of a CTA share its columns evenly, the last one takes what is left', async (t) => {
  const matrix = randomGqsMatrix({ n: 64, k: 1600, bits: 4, groupSize: 16, density: 1, seed: 2 });
  const packed = await prepackMatrix(matrix, layoutFor(4, 16, 4), 4);
  // 100 columns are 25 times 4: seven times 4 for each of three warps, four for the last one.
  t.deepEqual(unpack(packed, matrix).groups, [28 * 64, 28 * 64, 28 * 64, 16 * 64]);
  // In rounds of four steps each warp takes eight steps of four columns, as long as there are any.
  const rounds = await prepackMatrix(matrix, layoutFor(4, 16, 4, 4), 4);
  t.deepEqual(unpack(rounds, matrix).groups, [32 * 64, 32 * 64, 32 * 64, 4 * 64]);
});

const matrix = randomGqsMatrix({ n: 24, k: 256, bits: 4, groupSize: 32, density: 0.5, seed: 1 });
const good = layoutFor(4, 32, 2);
const wrong: readonly (readonly [string, object, number, RegExp])[] = [
  ['another version', { version: 2 }, 4, /Expected 4 for layout\.version but received 2/],
  ['other bits', { bits: 8 }, 4, /Expected 4 for layout\.bits but received 8/],
  [
    'too few stored bits',
    { storedBits: 2 },
    4,
    /Expected 2, 4 or 8, .* for layout\.storedBits but received 2/,
  ],
  ['no rows per tile', { rowsPerTile: 0 }, 4, /a multiple of 16 .* for layout\.rowsPerTile but received 0/],
  [
    'tiles of uneven height',
    { rowsPerTile: 12 },
    4,
    /a multiple of 16 .* for layout\.rowsPerTile but received 12/,
  ],
  [
    'warps that do not divide the parts',
    { warpsPerCta: 3 },
    4,
    /divisor of the 4 parts for layout\.warpsPerCta/,
  ],
  ['empty rounds', { stepsPerRound: 0 }, 4, /Expected 1 to 1024 for layout\.stepsPerRound but received 0/],
  ['no parts', {}, 0, /Expected 1 to 2\^24 for parts but received 0/],
];

for (const [what, change, parts, message] of wrong) {
  test(`${what} is refused`, async (t) => {
    const layout = { ...good, ...change } as TilesLayout;
    await t.throwsAsync(prepackMatrix(matrix, layout, parts), { instanceOf: PrepackError, message });
  });
}

test('groups that are no whole words are refused', async (t) => {
  const small = randomGqsMatrix({ n: 8, k: 64, bits: 2, groupSize: 8, density: 1, seed: 1 });
  const layout = { ...layoutFor(2, 16, 1), groupSize: 8 } as TilesLayout;
  const message = /Expected groups of whole words for layout\.groupSize but received 8/;
  await t.throwsAsync(prepackMatrix(small, layout, 1), { instanceOf: PrepackError, message });
});
