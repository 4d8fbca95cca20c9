/** Runs a generated kernel on random problems and says what is wrong with it. */
import type { GeneratedKernel, KernelManifest } from '../../../generator/index.js';
import type { SimtResult } from '../../simt/case-file.js';
import { runSimt } from '../../simt/run-simt.js';
import { seededRandom } from '../../support/random.js';
import {
  accuracyProblem,
  decode,
  type Extreme,
  type KernelProblem,
  randomProblem,
} from './kernel-problem.js';

/** Problems per kernel. */
const extremes: readonly Extreme[] = ['none', 'large', 'denormal', 'none', 'none'];

/**
 * One line per mistake: a result too far from float64, a workspace that is not left as it was found, or a second
 * launch, with its threads in another order, that gives other bits although the kernel is deterministic.
 * Rejects with SimtError as runSimt does.
 */
export async function findMistakes(
  kernel: GeneratedKernel,
  seed: number,
  compiler?: string,
): Promise<string[]> {
  const random = seededRandom(seed);
  const problems: KernelProblem[] = [];
  for (const extreme of extremes) problems.push(await randomProblem(kernel.manifest, random, extreme));
  const results = await runSimt(
    kernel,
    problems.map((problem) => problem.kernelCase),
    compiler,
  );
  return problems.flatMap((problem, i) => {
    const { n, k } = problem.kernelCase.scalars;
    const mistakes = mistakesOf(kernel.manifest, problem, results[i]!);
    return mistakes.map((text) => `problem ${i}, n = ${n!}, k = ${k!}: ${text}`);
  });
}

function mistakesOf(
  manifest: KernelManifest,
  problem: KernelProblem,
  launches: readonly SimtResult[],
): string[] {
  const ys = launches.map((launch) => launch.get('y')!);
  const mistakes = launches.flatMap((launch, index) => {
    const inaccuracy = accuracyProblem(manifest, decode(ys[index]!, manifest.traits.output), problem);
    const left = launch.get('workspace')?.findIndex((byte) => byte !== 0) ?? -1;
    return [
      ...(inaccuracy === undefined ? [] : [`launch ${index}: ${inaccuracy}`]),
      ...(left < 0 ? [] : [`launch ${index} leaves byte ${left} of its workspace set`]),
    ];
  });
  if (manifest.deterministic && Buffer.compare(ys[0]!, ys[1]!) !== 0)
    mistakes.push('the second launch differs');
  return mistakes;
}
