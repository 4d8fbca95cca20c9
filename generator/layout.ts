/**
 * What a kernel reads: the packed forms that prepacking turns a BSR matrix into.
 * A layout is plain data, part of the manifest, and versioned; whoever prepacks refuses a version it does not know.
 */
import type { Bits, GroupSize } from './problem.js';

/**
 * CUDA: rows, one after another, as a stream of **units**. A unit is what one lane takes per step.
 *
 * Elements. `unitElements` (U) weights per unit.
 * - U >= G: a unit holds `groupsPerUnit` = U/G consecutive surviving groups of one row, elements in natural order.
 *   A row whose group count is no multiple of that ends in null groups (scale, index, zero and integers all 0).
 * - U < G: a group is shared by `lanesPerGroup` (L) = G/U consecutive units. In chunks of `chunkElements` (C), unit l
 *   of the group holds chunks p*L + l for p = 0, 1, ..., U/C - 1, in that order.
 *
 * Integers. `wordsPerUnit` = U * bits / 32 words in `planes` planes of `vectorWords` words: word w of a unit is
 * `values[(plane * unitStride + unit) * vectorWords + index]`, for 2, 4 and 8 bits with plane = 0, index = w, for
 * 3 bits with plane = w % 3, index = floor(w / 3). Element e of a unit lies in word(s) and bits, i = e modulo the
 * elements of a word:
 * - order `pairs` (half2 and float32 arithmetic): 2 and 4 bits: bit `bits * floor(i/2) + 16 * (i%2)`.
 *   3 bits, per 32 elements in 3 words: pair p = floor(i/2) < 15: word floor(p/5), bit 3*(p%5) + 16*(i%2);
 *   pair 15: bit j of its integer is bit 15 + 16*(i%2) of word j.
 * - order `bytes` (int8 dot products): 2 and 4 bits: bit `8 * (i%4) + bits * floor(i/4)`.
 *   3 bits, per 32 elements in 3 words, quad q = floor(i/4), b = i%4: q < 6: word floor(q/2), bit 8b + 3*(q%2);
 *   q = 6: bits 0-1 at word 0, bit 8b+6, bit 2 at word 1, bit 8b+6; q = 7: bits 0-1 at word 2, bit 8b+6, bit 2 at
 *   word 1, bit 8b+7.
 * - 8 bits: byte i of the word in both orders.
 *
 * Per group (`groupsPerUnit` of them per unit, or one per `lanesPerGroup` units), `meta`, one 32-bit word:
 * - index form `packed`: zero point in the low `bits`, group column up to bit 15, scale (float16 bits) in bits 16-31.
 * - index form `wide`: group column in bits 0-15, scale in bits 16-31; the zero points in `zeros`, one byte per group.
 * - index form `narrow`, for 2 or more groups per unit and at most 4 bits: the scales of two neighbouring groups, the first
 *   one in bits 0-15; group columns in `columns`, one byte per group; zero points in `zeros`, 4 bits per group, the first of
 *   two in the low half of a byte.
 * - index form `windowed`, of partition `slices` only: as `narrow`, but `columns` are counted from a base: `bases`, one 16-bit
 *   word per step of 32 units. The base of a step is the least column of all groups of the rows side by side that
 *   no earlier step holds, and the step holds groups of the 256 columns from there on: where a row has too few of those left,
 *   places hold null groups, and a slice may take more steps than its rows have units.
 * - index forms `shared2` and `shared4`, with the same limits: a row's groups in ascending order fall into runs of 2 or 4 with
 *   one scale each. A run stays together, in any order, at a multiple of 2 or 4 places for groups; only the last one of a
 *   row may be filled up with null groups. Its first word has the scale in bits 16-31; with 2, the columns in bits 0-15, 8
 *   bits each, and zero points as in `narrow`; with 4, the zero points in bits 0-15, 4 bits each, and the columns in a
 *   second word.
 *
 * Groups of a row are stored in ascending order of columns, or with bankSlots > 1 so that the x of that many
 * neighbouring units lies in different shared-memory banks, as far as the row (and its runs) allows; with partition
 * `slices` and a scale per group as far as the rows allow that these units belong to, which may read the same x.
 *
 * `row_ptr[n+1]` (u32): first unit of each row, in units, unless the partition is `slices`. `unitStride`: the number of units rounded up to 32, and at
 * least 32; the integers, meta, columns and zeros are allocated for that many units and padded with zeros.
 */
export interface StreamLayout {
  readonly kind: 'stream';
  readonly version: 4;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  readonly unitElements: number;
  readonly chunkElements: number;
  readonly groupsPerUnit: number;
  readonly lanesPerGroup: number;
  readonly planes: number;
  readonly vectorWords: number;
  /** Neighbouring units whose x should lie in different shared-memory banks; 1 keeps the groups of a row ascending. */
  readonly bankSlots: number;
  readonly order: 'pairs' | 'bytes';
  readonly indexForm: 'packed' | 'wide' | 'narrow' | 'windowed' | 'shared2' | 'shared4';
  readonly partition: StreamPartition;
  /** Partition `slices` only: rows that share a step, each with 32 / rowsPerSlice lanes. */
  readonly rowsPerSlice?: number;
  /** Partition `slices` only: parts of one CTA. */
  readonly warpsPerCta?: number;
}

/**
 * How the rows or units of a stream are divided among warps; computed once, at prepack, for a launch of `parts` warps.
 * - `rows`: nothing stored; a kernel derives its rows from its number.
 * - `tasks`: `tasks` (u32 pairs, parts+1 of them): first unit and first row of each warp's equal share of the units.
 *   Shares start at multiples of 32 units. The row of a share is the row that contains its first unit.
 * - `slices`: rows are sorted by the steps they take, ceil(units / L) with L = 32 / R and at least one, most first and ties
 *   by number, and cut into slices of `rowsPerSlice` (R) rows. In each step of 32 units, a slice's row i has the units i*L to
 *   i*L + L-1: unit j of the row lies in step floor(j / L) of the slice, at i*L + j % L. Rows that are shorter than their
 *   slice end in null units. Slices are dealt to the CTAs (parts / `warpsPerCta` of them) longest first, each to the CTA with
 *   the least steps so far that has room for one more, of sliceRoom (S). Then CTAs exchange slices: as long as it leaves fewer
 *   steps to the CTA that has the most (of equal ones the first), and the other still fewer than that had, it gives a slice for
 *   a shorter one; of all such exchanges that after which the fuller of the two has the fewest steps, of equal ones the first
 *   CTA's, then that of the longest slices. None are made where the most is the mean, rounded up. If the slices fit into CTAs of
 *   fewer steps, but no fewer than the mean, when each goes, longest first, to the CTA with room that has the most steps so far
 *   of those that it still fits into (of equal ones the first), they are dealt that way, with the fewest such steps. Those that
 *   have slices of the same length are then put in order by the mean of the first rows of the slices they have (those that have
 *   none as if these were spread evenly); when all are dealt, each length is taken back and put in order anew, six times over.
 *   So a CTA's rows lie near one another: its results are stored together. A CTA has its longest slice, its shortest, its
 *   second longest and so on. Each CTA has room for as many steps as the one with the most needs, T = units / (32 * CTAs);
 *   CTA c begins at step c*T, and the share of its warp w at step c*T + floor(w * T / warpsPerCta). A slice never leaves its
 *   CTA. There is no `row_ptr`. `slices` (u32 [CTAs * W], W = 4 * `warpsPerCta` + S * (2 + R) rounded up to a multiple of 4)
 *   has for each CTA, one after another: for each warp the slice of the CTA in which it begins, the step at which that ends
 *   (0 where there is none), the step at which its work ends (at most its share's end), and 0; for each of S slices the step
 *   at which it ends and, of the warps that have a part of it before that in which it ends, the first and their number << 8;
 *   for each of their rows the row of the matrix, 2^32-1 where there is none. Where a CTA has fewer slices, these are {the
 *   end of its last slice, or c*T; 0}.
 */
export type StreamPartition = 'rows' | 'tasks' | 'slices';

/**
 * CUDA, tensor cores: the rows of a CTA, column by column, in **batches** of 16 groups of one column or of two neighbours.
 *
 * Rows are sorted by their number of groups, most first, and cut into blocks of 8. Each CTA (parts /
 * `warpsPerCta` of them) gets at most R / 8 blocks, R = 8 * ceil(ceil(n / 8) / CTAs): block by block, to the CTA with the
 * least groups so far that has room. `rowIds` (u32 [CTAs * R]) is the row behind each row of a CTA, 2^32-1 where there is
 * none.
 *
 * A **part** is `partElements` (E) consecutive weights of one surviving group: the whole group, or a piece of it where groups
 * are longer. Column c is the parts that begin at k = E * c. The parts of a CTA are stored column by column, each of which
 * has at least one batch of its own, even if that before it took all its parts; part i of a batch is that of row
 * `8 * floor(i / 8) + i % 8` of a tensor core's operand. What is left of a column's last batch takes parts of the next column
 * if `columnsPerBatch` is 2, of rows that are not in the batch yet, and then null parts (integers, zero and scale 0; part i
 * has row R + i): no two add to the same sums. Neighbouring parts are chosen such that the sums of their rows lie in different
 * shared-memory banks, as far as the column allows.
 *
 * Integers: `values[(batch * 32 + lane) * wordsPerLane + w]`, wordsPerLane = E * storedBits / 64. Lane 4 * g + t has elements
 * t * E/4 to t * E/4 + E/4 - 1 of part g, then those of part g + 8, in the order `pairs` of a stream. 2- and 3-bit integers
 * are stored with 4 bits.
 *
 * `meta[batch * 16 + 2 * g + h]`: of part 8 * h + g: zero point in the low `storedBits` bits, row in the CTA up to bit 14,
 * scale (float16 bits) in bits 16-31; bit 15 of all 16 is set where a batch begins the next column, unless a warp begins
 * there. With two columns per batch rows end at bit 13, and bit 14 is set where the part is of an odd column.
 *
 * Each CTA has room for T batches, as many as the one that needs the most: those of CTA c begin at batch c * T, the share
 * of its warp w at c * T + floor(w * T / `warpsPerCta`). `tasks` (u32 [parts * 2]): for each warp how many batches its share
 * has, and the column of the first. What is behind a CTA's last batch is zero and never used.
 */
export interface ColumnsLayout {
  readonly kind: 'columns';
  readonly version: 3;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  readonly storedBits: 4 | 8;
  readonly partElements: number;
  readonly columnsPerBatch: 1 | 2;
  readonly warpsPerCta: number;
}

/**
 * CUDA, tensor cores: the rows of a CTA in **tiles** of `rowsPerTile` (R) rows, the columns of a tile in **steps** of four.
 *
 * Rows are sorted by their number of groups, most first, and cut into blocks of 16. Each CTA gets at most
 * B = ceil(ceil(n / 16) / CTAs) blocks: block by block, to the CTA with the least groups so far that has room.
 * `rowIds` (u32 [CTAs * 16 * B]) is the row behind each row of a CTA, 2^32-1 where there is none. Row i of a CTA is row
 * i % R of tile floor(i / R).
 *
 * The group columns are shared by the warps of a CTA (`warpsPerCta`, W): each has S = P * ceil(ceil(columns / 4) / (W * P))
 * steps, in rounds of P = `stepsPerRound`; warp w begins with column w * 4 * S. `masks` (u32 [CTAs * W * tiles * S * R/8]):
 * CTA by CTA, warp by warp, tile by tile and step by step a bitmap for each 8 rows; bit 4 * (row % 8) + column % 4 says that
 * the group survives. The surviving groups follow one another in the order of these bits. `tasks` (u32 [CTAs * W * 2]): for
 * each warp where its groups begin, and how many blocks its CTA has.
 *
 * Integers: a group is V = G * storedBits / 32 words, `values[(group + 1) * V + w]`, in the order `pairs` of a stream whose
 * unit is one group. 3-bit integers are stored with 4 bits. `meta[group + 1]`: in bits 0-15 the zero point plus 64 (plus 1024
 * for 8-bit integers) as float16, in bits 16-31 the scale (float16). Before the first group there is one of zeros, that
 * kernels may load.
 */
export interface TilesLayout {
  readonly kind: 'tiles';
  readonly version: 4;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  readonly storedBits: 2 | 4 | 8;
  readonly rowsPerTile: number;
  readonly warpsPerCta: number;
  readonly stepsPerRound: number;
}

/** Weights of a dense baseline: row-major `values` [n, k] in the given type. */
export interface DenseLayout {
  readonly kind: 'dense';
  readonly version: 1;
  readonly type: 'f16' | 'f32';
}

/**
 * CPU: the surviving groups, row after row without padding between rows, in steps of `groupsPerStep` groups that fill
 * four vectors of bytes. Integers lie in `values`; scales, group columns and zero points in `meta`, one record a step;
 * `rowPtr` [n+1] is the first group of each row, `tasks` [parts+1] the first row of each equal share of the groups.
 * Order `columns` stores group columns as they are, `gaps` as 4-bit distances, with null groups (scale 0) where a
 * distance is longer; `_padded` fills rows up with null groups to whole steps. Math `i8` below 8 bits adds `rowConstants` [n]. prepack_cpu.h states every bit.
 */
export interface CpuLayout {
  readonly kind: 'cpu';
  readonly version: 1;
  readonly bits: Bits;
  readonly groupSize: GroupSize;
  readonly groupsPerStep: number;
  readonly math: 'f32' | 'i8';
  readonly order: 'columns' | 'gaps' | 'columns_padded' | 'gaps_padded';
}

export type PackedLayout = StreamLayout | ColumnsLayout | TilesLayout | DenseLayout | CpuLayout;

/** Slices of `rowsPerSlice` of n rows that each of `ctas` CTAs has room for: a quarter more than their mean number. */
export function sliceRoom(n: number, rowsPerSlice: number, ctas: number): number {
  return Math.ceil((5 * Math.ceil(n / rowsPerSlice)) / (4 * ctas));
}
