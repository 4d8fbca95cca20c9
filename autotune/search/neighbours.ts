/** Which points are one step from a point, found by hashing; nothing quadratic in the number of points is kept. */
import { seededRandom } from '../random.js';
import { absentLevel, encodedRow, type Encoding } from './encoding.js';

/** The parameter that names the kind of a point; kinds may have different parameters. */
const discriminator = 'decomposition';

/** A point's hash is the sum of one random number per (column, level), so that a step changes it by a difference. */
type Hash = number;

interface Kind {
  readonly id: string;
  readonly present: readonly boolean[];
  readonly points: number[];
}

/**
 * Two points are neighbours when they differ in exactly one parameter. Points with different sets of parameters are
 * neighbours when all parameters that both have agree, the decomposition apart.
 */
export class NeighbourIndex {
  readonly #encoding: Encoding;
  readonly #numbers: readonly Float64Array[];
  readonly #byHash = new Map<Hash, number[]>();
  readonly #kinds = new Map<string, Kind>();
  readonly #kindOf: Kind[] = [];
  /** Per ordered pair of kinds: points of the second by the hash of the columns that both have. */
  readonly #across = new Map<string, Map<Hash, number[]>>();

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
    const random = seededRandom(0x5eed);
    // Sums of up to 64 numbers below 2^46 are exact in a double.
    const number = () => Math.floor(random() * 2 ** 23) * 2 ** 23 + Math.floor(random() * 2 ** 23);
    this.#numbers = encoding.levels.map((levels) => Float64Array.from({ length: levels }, number));
    for (let point = 0; point < encoding.points; point++) {
      append(this.#byHash, this.#hash(encodedRow(encoding, point)), point);
      this.#kindOf.push(this.#register(point));
    }
  }

  /** Points one step away, each once, in a fixed order. */
  neighbours(point: number): number[] {
    return [...this.#within(point), ...this.#others(point)];
  }

  #within(point: number): number[] {
    const found: number[] = [];
    const row = encodedRow(this.#encoding, point);
    const hash = this.#hash(row);
    this.#numbers.forEach((numbers, column) => {
      const level = row[column]!;
      if (level === absentLevel) return;
      for (let other = absentLevel + 1; other < numbers.length; other++) {
        if (other === level) continue;
        const candidates = this.#byHash.get(hash - numbers[level]! + numbers[other]!) ?? [];
        found.push(...candidates.filter((p) => this.#differences(row, p) === 1));
      }
    });
    return found;
  }

  #others(point: number): number[] {
    const kind = this.#kindOf[point]!;
    const row = encodedRow(this.#encoding, point);
    const found: number[] = [];
    for (const other of this.#kinds.values()) {
      if (sameParameters(kind, other)) continue;
      const columns = this.#shared(kind, other);
      const matches = this.#table(kind, other, columns).get(this.#hash(row, columns)) ?? [];
      found.push(...matches.filter((p) => columns.every((c) => encodedRow(this.#encoding, p)[c] === row[c])));
    }
    return found;
  }

  #table(from: Kind, to: Kind, columns: readonly number[]): Map<Hash, number[]> {
    const key = `${from.id}>${to.id}`;
    let table = this.#across.get(key);
    if (table === undefined) {
      table = new Map();
      for (const p of to.points) append(table, this.#hash(encodedRow(this.#encoding, p), columns), p);
      this.#across.set(key, table);
    }
    return table;
  }

  #shared(a: Kind, b: Kind): number[] {
    const columns = [...this.#encoding.columns.keys()];
    return columns.filter(
      (c) => a.present[c] === true && b.present[c] === true && this.#encoding.columns[c] !== discriminator,
    );
  }

  #register(point: number): Kind {
    const row = encodedRow(this.#encoding, point);
    const column = this.#encoding.columns.indexOf(discriminator);
    const present = Array.from(row, (level) => level !== absentLevel);
    const id = `${present.map(Number).join('')}:${column < 0 ? 0 : row[column]!}`;
    const kind = this.#kinds.get(id) ?? { id, present, points: [] };
    this.#kinds.set(id, kind);
    kind.points.push(point);
    return kind;
  }

  #hash(row: Uint16Array, columns?: readonly number[]): Hash {
    let sum = 0;
    if (columns === undefined) for (let c = 0; c < row.length; c++) sum += this.#numbers[c]![row[c]!]!;
    else for (const c of columns) sum += this.#numbers[c]![row[c]!]!;
    return sum;
  }

  #differences(row: Uint16Array, point: number): number {
    const other = encodedRow(this.#encoding, point);
    return row.reduce((count, level, c) => count + (level === other[c] ? 0 : 1), 0);
  }
}

function sameParameters(a: Kind, b: Kind): boolean {
  return a.present.every((value, c) => value === b.present[c]);
}

function append(map: Map<Hash, number[]>, key: Hash, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
