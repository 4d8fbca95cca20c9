/**
 * Reads a packed stream back, one bit at a time, from nothing but the words of generator/layout.ts. Slow on purpose:
 * it shares no code and no idea of speed with the prepacking it checks.
 */
import { sliceRoom, type StreamLayout } from '../../../generator/index.js';
import type { PackedMatrix } from '../../../runtime/index.js';

export interface UnpackedGroup {
  readonly column: number;
  readonly scale: number;
  readonly zero: number;
  readonly integers: readonly number[];
}

/** Groups of each row of the matrix, null groups at its end included. */
export function unpackStream(packed: PackedMatrix, n: number): UnpackedGroup[][] {
  const layout = packed.layout as StreamLayout;
  return rowUnitNumbers(packed, n, layout).map((units) => unpackUnits(packed, layout, units));
}

/** The units of each row, in the order of its groups. */
function rowUnitNumbers(packed: PackedMatrix, n: number, layout: StreamLayout): number[][] {
  if (layout.partition === 'slices') return sliceUnitNumbers(packed, n, layout);
  const rowPtr = words(packed, 'rowPtr');
  return range(rowPtr.length - 1).map((row) =>
    range(rowPtr[row + 1]! - rowPtr[row]!).map((unit) => rowPtr[row]! + unit),
  );
}

function sliceUnitNumbers(
  packed: PackedMatrix,
  n: number,
  { rowsPerSlice = 1, warpsPerCta = 1 }: StreamLayout,
): number[][] {
  const { ends, rowIds } = sliceTables(packed, n);
  const ctas = packed.parts / warpsPerCta;
  const room = packed.units / 32 / ctas;
  const lanes = 32 / rowsPerSlice;
  const rows: number[][] = [];
  let begin = 0;
  for (const [slice, end] of ends.entries()) {
    // The first slice of a CTA begins where the CTA does.
    const first = Math.max(begin, Math.floor((end - 1) / room) * room);
    for (let i = 0; i < rowsPerSlice; i++) {
      const row = rowIds[slice * rowsPerSlice + i]!;
      if (row === 2 ** 32 - 1) continue;
      rows[row] = range((end - first) * lanes).map(
        (j) => (first + Math.floor(j / lanes)) * 32 + i * lanes + (j % lanes),
      );
    }
    begin = end;
  }
  return rows;
}

export interface SliceTables {
  /** Of each warp: its first slice, where that ends, where its work ends. */
  readonly tasks: number[][];
  readonly ends: number[];
  readonly open: number[];
  readonly rowIds: number[];
}

/** Of a matrix of n rows: CTA by CTA and slice by slice, those included that CTAs only have room for. */
export function sliceTables(packed: PackedMatrix, n: number): SliceTables {
  const { rowsPerSlice = 1, warpsPerCta = 1 } = packed.layout as StreamLayout;
  const ctas = packed.parts / warpsPerCta;
  const room = sliceRoom(n, rowsPerSlice, ctas);
  const all = words(packed, 'slices');
  const length = 4 * (warpsPerCta + Math.ceil(((2 + rowsPerSlice) * room) / 4));
  if (all.length !== ctas * length)
    throw new Error(`Expected ${ctas * length} words but received ${all.length}`);
  const tables = range(ctas).map((cta) => [...all.subarray(cta * length, (cta + 1) * length)]);
  const slicesAt = 4 * warpsPerCta;
  const rowsAt = slicesAt + 2 * room;
  const pairs = tables.flatMap((table) => table.slice(slicesAt, rowsAt));
  return {
    tasks: tables.flatMap((table) => range(warpsPerCta).map((warp) => table.slice(4 * warp, 4 * warp + 3))),
    ends: pairs.filter((_, i) => i % 2 === 0),
    open: pairs.filter((_, i) => i % 2 === 1),
    rowIds: tables.flatMap((table) => table.slice(rowsAt, rowsAt + rowsPerSlice * room)),
  };
}

/** A buffer as 32-bit words; throws when it is missing. */
export function words(packed: PackedMatrix, role: keyof PackedMatrix['buffers']): Uint32Array {
  const bytes = packed.buffers[role];
  if (bytes === undefined) throw new Error(`Expected a buffer ${role} but received none`);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function unpackUnits(packed: PackedMatrix, layout: StreamLayout, units: number[]): UnpackedGroup[] {
  const { unitElements, groupSize, lanesPerGroup, groupsPerUnit, chunkElements } = layout;
  const groups: UnpackedGroup[] = [];
  if (unitElements >= groupSize) {
    for (const unit of units) {
      for (let j = 0; j < groupsPerUnit; j++) {
        const integers = range(groupSize).map((i) => unitInteger(packed, unit, j * groupSize + i));
        groups.push({ ...metaOf(packed, unit * groupsPerUnit + j), integers });
      }
    }
    return groups;
  }
  for (const first of units.filter((_, i) => i % lanesPerGroup === 0)) {
    const integers = range(groupSize).map((i) => {
      const chunk = Math.floor(i / chunkElements);
      const lane = chunk % lanesPerGroup;
      const place = Math.floor(chunk / lanesPerGroup) * chunkElements + (i % chunkElements);
      return unitInteger(packed, first + lane, place);
    });
    groups.push({ ...metaOf(packed, first / lanesPerGroup), integers });
  }
  return groups;
}

function metaOf(packed: PackedMatrix, index: number): Omit<UnpackedGroup, 'integers'> {
  const { bits, groupsPerUnit, indexForm } = packed.layout as StreamLayout;
  const baseOf = (group: number): number => Math.floor(group / groupsPerUnit / 32);
  const halfWord = (bytes: Uint8Array, at: number): number => bytes[2 * at]! + 256 * bytes[2 * at + 1]!;
  const meta = words(packed, 'meta');
  const { bases, columns, zeros } = packed.buffers;
  const halfByte = (): number => (zeros![index >> 1]! >> (4 * (index % 2))) & 15;
  if (indexForm === 'narrow' || indexForm === 'windowed') {
    const scale = (meta[index >> 1]! >>> (16 * (index % 2))) & 0xffff;
    // A place without a group has no column.
    const base = indexForm === 'narrow' || scale === 0 ? 0 : halfWord(bases!, baseOf(index));
    return { scale, column: base + columns![index]!, zero: halfByte() };
  }
  if (indexForm === 'shared2') {
    const word = meta[index >> 1]!;
    return { scale: word >>> 16, column: (word >>> (8 * (index % 2))) & 255, zero: halfByte() };
  }
  if (indexForm === 'shared4') {
    const [word, second] = meta.subarray(2 * (index >> 2));
    const column = (second! >>> (8 * (index % 4))) & 255;
    return { scale: word! >>> 16, column, zero: (word! >>> (4 * (index % 4))) & 15 };
  }
  const word = meta[index]!;
  const scale = word >>> 16;
  if (indexForm === 'wide') return { scale, column: word & 0xffff, zero: packed.buffers.zeros![index]! };
  return { scale, column: (word & 0xffff) >>> bits, zero: word & (2 ** bits - 1) };
}

/** Element `e` of a unit, put together from the places its bits have. */
function unitInteger(packed: PackedMatrix, unit: number, e: number): number {
  const layout = packed.layout as StreamLayout;
  let integer = 0;
  for (let bit = 0; bit < layout.bits; bit++) {
    const { word, shift } = bitPlace(layout, e, bit);
    const plane = layout.bits === 3 ? word % 3 : 0;
    const index = layout.bits === 3 ? Math.floor(word / 3) : word;
    const value = words(packed, 'values')[(plane * packed.units + unit) * layout.vectorWords + index]!;
    integer += ((value >>> shift) & 1) * 2 ** bit;
  }
  return integer;
}

/** Word of the unit, and bit of that word, that bit `bit` of element `e` has. */
function bitPlace({ bits, order }: StreamLayout, e: number, bit: number): { word: number; shift: number } {
  if (bits === 3) return order === 'pairs' ? threeBitPairs(e, bit) : threeBitBytes(e, bit);
  const perWord = 32 / bits;
  const word = Math.floor(e / perWord);
  const i = e % perWord;
  if (bits === 8) return { word, shift: 8 * i + bit };
  if (order === 'pairs') return { word, shift: bits * Math.floor(i / 2) + 16 * (i % 2) + bit };
  return { word, shift: 8 * (i % 4) + bits * Math.floor(i / 4) + bit };
}

function threeBitPairs(e: number, bit: number): { word: number; shift: number } {
  const block = 3 * Math.floor(e / 32);
  const i = e % 32;
  const p = Math.floor(i / 2);
  if (p === 15) return { word: block + bit, shift: 15 + 16 * (i % 2) };
  return { word: block + Math.floor(p / 5), shift: 3 * (p % 5) + 16 * (i % 2) + bit };
}

function threeBitBytes(e: number, bit: number): { word: number; shift: number } {
  const block = 3 * Math.floor(e / 32);
  const i = e % 32;
  const q = Math.floor(i / 4);
  const b = i % 4;
  if (q < 6) return { word: block + Math.floor(q / 2), shift: 8 * b + 3 * (q % 2) + bit };
  if (q === 6)
    return bit < 2 ? { word: block, shift: 8 * b + 6 + bit } : { word: block + 1, shift: 8 * b + 6 };
  return bit < 2 ? { word: block + 2, shift: 8 * b + 6 + bit } : { word: block + 1, shift: 8 * b + 7 };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
