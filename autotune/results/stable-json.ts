/** JSON that is reviewed as a diff: keys sorted, numbers short, small values on one line. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

const lineWidth = 100;

/** The text of a value, ending in a newline. The same value gives the same bytes, whatever the order of its keys. */
export function stableJson(value: unknown): string {
  return `${pretty(value as Json, '')}\n`;
}

function pretty(value: Json, indent: string): string {
  const compact = oneLine(value);
  const isLeaf = typeof value !== 'object' || value === null;
  const isNested = !isLeaf && Object.values(value).some((v) => typeof v === 'object' && v !== null);
  if (isLeaf || (!isNested && indent.length + compact.length <= lineWidth)) return compact;
  const inner = `${indent}  `;
  if (isArray(value)) {
    return `[\n${value.map((item) => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  const fields = entries(value).map(([key, v]) => `${inner}${JSON.stringify(key)}: ${pretty(v, inner)}`);
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

/** One line with sorted keys. */
export function oneLine(value: unknown): string {
  const json = value as Json;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (isArray(json)) return `[${json.map(oneLine).join(', ')}]`;
  const fields = entries(json).map(([key, v]) => `${JSON.stringify(key)}: ${oneLine(v)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function entries(value: { readonly [key: string]: Json | undefined }): [string, Json][] {
  const defined = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return defined.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

/** Rounds to significant digits, four unless stated: more than any of our measurements repeats to. */
export function roundSignificant(value: number, digits = 4): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
