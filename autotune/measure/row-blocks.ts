/** Work on a large matrix block after block of its rows, with a sign of life before each. */
import { bytesPerGroup, type GqsMatrix } from '../../runtime/index.js';

/** Says that the measuring process goes on. */
export type Alive = () => Promise<void>;

/** Weights of a block: a fraction of a second for one token. */
const blockWeights = 2 ** 22;

/** `work` gets a matrix of its own for the rows from `begin` on; its integers, scales and zero points are shared. */
export async function forRowBlocks(
  matrix: GqsMatrix,
  alive: Alive,
  work: (block: GqsMatrix, begin: number) => void,
): Promise<void> {
  const rows = Math.max(1, Math.floor(blockWeights / matrix.k));
  for (let begin = 0; begin < matrix.n; begin += rows) {
    await alive();
    work(rowsOf(matrix, begin, Math.min(begin + rows, matrix.n)), begin);
  }
}

function rowsOf(matrix: GqsMatrix, begin: number, end: number): GqsMatrix {
  const [first, last] = [matrix.rowIndex[begin]!, matrix.rowIndex[end]!];
  const bytes = bytesPerGroup(matrix.bits, matrix.groupSize);
  return {
    ...matrix,
    n: end - begin,
    rowIndex: matrix.rowIndex.slice(begin, end + 1).map((group) => group - first),
    groups: matrix.groups.subarray(first, last),
    values: matrix.values.subarray(first * bytes, last * bytes),
    scales: matrix.scales.subarray(first, last),
    zeros: matrix.zeros.subarray(first, last),
  };
}
