/** The kernels that a results folder recommends. */
import { join } from 'node:path';
import { readWinners } from '../../autotune/results/index.js';
import { kernelTraits } from '../../generator/index.js';
import type { KernelCase } from './kernel-case.js';

/** One per winner, on the matrix that it won on. Throws where there are none. */
export async function winnerCases(folder: string): Promise<KernelCase[]> {
  const path = join(folder, 'winners.json');
  const file = await readWinners(path);
  if (file === undefined) throw new Error(`Expected a results folder but found no ${path}`);
  return file.winners.map(({ problem, variant }): KernelCase => {
    const { n, k, density } = problem;
    return { traits: kernelTraits(problem), variant, n, k, density };
  });
}
