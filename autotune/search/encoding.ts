/** Points as rows of small integers: what the neighbour index and the model work on. */
import type { Parameters, ParameterValue, SearchSpace } from './types.js';

/** Level 0 of every column: the point has no such parameter. */
export const absentLevel = 0;

export interface Encoding {
  readonly columns: readonly string[];
  /** Number of levels of each column, the absent one included. */
  readonly levels: readonly number[];
  /** [points, columns], row-major. Numbers are levelled in ascending order, the rest in order of first appearance. */
  readonly rows: Uint16Array;
  readonly points: number;
}

/** Encodes every point of a space. Throws RangeError when a column has more than 65,535 different values. */
export function encodeSpace<V>(space: SearchSpace<V>): Encoding {
  const parameters = space.points.map((point) => space.parameters(point));
  const columns = [...new Set(parameters.flatMap((p) => Object.keys(p)))].sort();
  const levelOf = columns.map((column) => levelMap(parameters, column));
  const rows = new Uint16Array(parameters.length * columns.length);
  parameters.forEach((values, point) => {
    columns.forEach((column, c) => {
      const value = values[column];
      rows[point * columns.length + c] = value === undefined ? absentLevel : levelOf[c]!.get(value)!;
    });
  });
  return { columns, levels: levelOf.map((map) => map.size + 1), rows, points: parameters.length };
}

function levelMap(parameters: readonly Parameters[], column: string): Map<ParameterValue, number> {
  const distinct = new Set<ParameterValue>();
  for (const values of parameters) {
    const value = values[column];
    if (value !== undefined) distinct.add(value);
  }
  if (distinct.size > 65_535) {
    throw new RangeError(
      `Expected at most 65535 values of parameter ${column} but received ${distinct.size}`,
    );
  }
  const values = [...distinct];
  if (values.every((value) => typeof value === 'number')) values.sort((a, b) => a - b);
  return new Map(values.map((value, i) => [value, i + 1]));
}

/** The levels of one point, a view. */
export function encodedRow(encoding: Encoding, point: number): Uint16Array {
  const width = encoding.columns.length;
  return encoding.rows.subarray(point * width, (point + 1) * width);
}
