import type { Variant } from './variant.js';

type ParameterName = Variant extends infer V ? (V extends Variant ? keyof V : never) : never;

/** Every parameter in the order in which names state it, with the short word that numbers are given. */
const parameters: Readonly<Record<Exclude<ParameterName, 'target' | 'decomposition'>, string>> = {
  warps: 'w',
  ctasPerSm: 'c',
  residentGrids: 'g',
  unitElements: 'u',
  prefetch: 'p',
  columnsAhead: 'x',
  columnsPerBatch: 'k',
  stageSteps: 's',
  startDelay: 'd',
  stageInterval: 'i',
  isa: '',
  weights: '',
  xLocation: '',
  math: '',
  indexForm: '',
  groupOrder: '',
  weightLoads: '',
  l2Policy: '',
  pdl: 'pdl',
  rowsPerTeam: 'r',
  rowsPerSlice: 'r',
  rowsPerTile: 'r',
  warpsPerTeam: 't',
  rowsPerWarp: 'r',
  fixup: '',
  unroll: 'n',
  order: '',
  rowsPerBlock: 'b',
  prefetchBytes: 'f',
};

/** Values that names leave out, because most variants have them. */
const unstated: Readonly<Partial<Record<ParameterName, number>>> = {
  startDelay: 0,
  stageInterval: 0,
  columnsPerBatch: 1,
};

/** The canonical name, derived from every parameter: `row_split-w16-c2-u32-p2-shared-half2-packed-banks-streaming-pdl-r2-t1`. */
export function variantName(variant: Variant): string {
  const values = new Map<string, string | number | boolean>(Object.entries(variant));
  const parts: string[] = [variant.decomposition];
  for (const [name, word] of Object.entries(parameters)) {
    const value = values.get(name);
    if (value === unstated[name as ParameterName]) continue;
    if (typeof value === 'number') parts.push(`${word}${value}`);
    else if (typeof value === 'string') parts.push(value);
    else if (value === true) parts.push(word);
  }
  return parts.join('-');
}
