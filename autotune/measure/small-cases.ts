/** The small matrices that every kernel has to get right before its problem's own. */
import {
  rejectionReason,
  type KernelManifest,
  type KernelTraits,
  type Target,
} from '../../generator/index.js';
import { extremeMatrix, randomGqsMatrix, type RandomMatrixOptions } from '../../runtime/index.js';
import { ProblemData, type XRange } from './problem-data.js';

interface SmallCase {
  /** What it is there for. */
  readonly name: string;
  readonly n: number;
  /** k in groups, or in 32 weights where groups are smaller. */
  readonly blocks: number;
  readonly spread: Pick<RandomMatrixOptions, 'density' | 'rows' | 'emptyRows' | 'fullRow'>;
  /** Integers and zero points at opposite ends, with these scales if not random ones. */
  readonly extreme?: { readonly scale?: number };
  readonly range?: XRange;
}

/** float16 bits of 4: with it, products of denormal x are normal float16 numbers. */
const four = 0x4400;

const cases: readonly SmallCase[] = [
  {
    name: 'odd sizes, empty rows, one full row',
    n: 37,
    blocks: 17,
    spread: { density: 0.5, rows: 'binomial', emptyRows: 5, fullRow: true },
  },
  { name: 'one row', n: 1, blocks: 3, spread: { density: 0.7 } },
  {
    name: 'skewed densities',
    n: 203,
    blocks: 64,
    spread: { density: 0.3, rows: 'skewed', emptyRows: 20, fullRow: true },
  },
  { name: 'all rows empty but one', n: 33, blocks: 40, spread: { density: 0, emptyRows: 32, fullRow: true } },
  { name: 'no group at all', n: 5, blocks: 2, spread: { density: 0 } },
  { name: 'dense', n: 65, blocks: 33, spread: { density: 1 } },
  {
    name: 'extreme integers and zero points, x up to 1000',
    n: 50,
    blocks: 12,
    spread: { density: 0.7, rows: 'binomial' },
    extreme: {},
    range: 'large',
  },
  {
    name: 'extreme integers and zero points, denormal x',
    n: 50,
    blocks: 12,
    spread: { density: 0.7, rows: 'binomial' },
    extreme: { scale: four },
    range: 'denormal',
  },
];

export interface NamedCase {
  readonly name: string;
  readonly data: ProblemData;
}

/** Fresh data for the cases that the variant may be used for. */
export function smallCases({ traits, variant }: KernelManifest, target: Target, seed: number): NamedCase[] {
  const { bits, groupSize, groupsPerScale } = traits;
  return cases.flatMap(({ name, n, blocks, spread, extreme, range }, index) => {
    const k = blocks * Math.max(32, groupSize);
    const problem = { ...traits, op: 'gemv', n, k, density: Math.max(spread.density, 0.01) } as const;
    if (rejectionReason(problem, variant, target) !== undefined) return [];
    const format = { bits, groupSize, groupsPerScale };
    const random = randomGqsMatrix({ n, k, ...format, seed: seed + index, ...spread });
    const matrix = extreme === undefined ? random : extremeMatrix(random, extreme.scale);
    return [{ name, data: new ProblemData(traits satisfies KernelTraits, matrix, seed + index, range) }];
  });
}
