import type { Variant } from './variant.js';

/** Short words for parameter names, so that a variant's name stays readable. */
const shortNames: Readonly<Record<string, string>> = {
  warps: 'w',
  ctasPerSm: 'c',
  unitElements: 'u',
  prefetch: 'p',
  rowsPerTeam: 'r',
  warpsPerTeam: 't',
  rowsPerWarp: 'r',
  rowsPerBlock: 'b',
  unroll: 'n',
  prefetchBytes: 'f',
};

/** The canonical name, derived from every parameter: `row_split-w16-c2-u32-p1-shared-half2-packed-streaming-pdl-r6-t1`. */
export function variantName(variant: Variant): string {
  const parts: string[] = [variant.decomposition];
  for (const [key, value] of Object.entries(variant) as [string, string | number | boolean][]) {
    if (key === 'target' || key === 'decomposition') continue;
    if (typeof value === 'number') parts.push(`${shortNames[key] ?? key}${value}`);
    else if (typeof value === 'string') parts.push(value);
    else if (value) parts.push(key);
  }
  return parts.join('-');
}
