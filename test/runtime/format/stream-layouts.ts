/** Stream layouts for tests. */
import type { Bits, GroupSize, StreamLayout } from '../../../generator/index.js';

export type StreamChoice = Pick<
  StreamLayout,
  'order' | 'indexForm' | 'partition' | 'rowsPerSlice' | 'warpsPerCta'
>;

const partitions = [
  { partition: 'rows' },
  { partition: 'tasks' },
  { partition: 'slices', rowsPerSlice: 1, warpsPerCta: 2 },
  { partition: 'slices', rowsPerSlice: 4, warpsPerCta: 1 },
] as const;

const indexForms = ['packed', 'wide', 'narrow', 'windowed', 'shared2', 'shared4'] as const;

/** Groups that share a stored scale. */
export const groupsPerScale = {
  ...({ packed: 1, wide: 1, narrow: 1, windowed: 1 } as const),
  ...({ shared2: 2, shared4: 4 } as const),
} as const;

/** All element orders, index forms and partitions. */
export const streamChoices: readonly StreamChoice[] = (['pairs', 'bytes'] as const).flatMap((order) =>
  indexForms.flatMap((indexForm) => partitions.map((partition) => ({ order, indexForm, ...partition }))),
);

/**
 * The layout with this many elements per unit, or undefined where a unit would not be whole words, or the index form has
 * no such unit.
 * bankSlots: 1 leaves the groups of a row in ascending order.
 */
export function streamLayout(
  bits: Bits,
  groupSize: GroupSize,
  unitElements: number,
  chunkElements: number,
  choice: StreamChoice,
  bankSlots = 1,
): StreamLayout | undefined {
  if ((unitElements * bits) % (bits === 3 ? 96 : 32) !== 0) return undefined;
  const { indexForm, rowsPerSlice = 32 } = choice;
  const small = indexForm !== 'packed' && indexForm !== 'wide';
  if (indexForm === 'windowed' && choice.partition !== 'slices') return undefined;
  if (small && (bits > 4 || unitElements < 2 * groupSize)) return undefined;
  const sideBySide = Math.max(1, unitElements / groupSize) * (32 / rowsPerSlice);
  if (sideBySide < groupsPerScale[indexForm]) return undefined;
  const planes = bits === 3 ? 3 : 1;
  return {
    kind: 'stream',
    version: 4,
    bits,
    groupSize,
    unitElements,
    chunkElements: Math.min(chunkElements, unitElements),
    groupsPerUnit: Math.max(1, unitElements / groupSize),
    lanesPerGroup: Math.max(1, groupSize / unitElements),
    planes,
    vectorWords: (unitElements * bits) / 32 / planes,
    bankSlots,
    ...choice,
  };
}
