/** Which variants stand for a decomposition: those known to be good, and a sample of the search space. */
import {
  enumerateVariants,
  seedVariants,
  type Problem,
  type Target,
  type Variant,
} from '../../../generator/index.js';
import { randomInteger, sampleIntegers, seededRandom } from '../../random.js';
import { groupBy } from '../../report/group-by.js';
import { uniqueVariants } from '../our-kernels.js';

/**
 * At most `evaluations` variants of every decomposition that the problem's space has, only those whose results can be
 * repeated bit by bit. The same arguments give the same variants; recorded winners are not among them, as they come
 * from searches that spent more on one decomposition than on another.
 */
export function chooseVariants(
  problem: Problem,
  target: Target,
  evaluations: number,
  seed: number,
): Map<Variant['decomposition'], Variant[]> {
  const space = enumerateVariants(problem, target).variants.filter(isDeterministic);
  const seeds = groupBy(seedVariants(problem, target).filter(isDeterministic), decompositionOf);
  const chosen = new Map<Variant['decomposition'], Variant[]>();
  const random = seededRandom(seed);
  for (const [decomposition, variants] of groupBy(space, decompositionOf)) {
    const own = seededRandom(randomInteger(random, 2 ** 32));
    const sample = sampleIntegers(own, variants.length, evaluations).map((index) => variants[index]!);
    const known = seeds.get(decomposition) ?? [];
    chosen.set(decomposition, uniqueVariants([...known, ...sample]).slice(0, evaluations));
  }
  return chosen;
}

function decompositionOf({ decomposition }: Variant): Variant['decomposition'] {
  return decomposition;
}

function isDeterministic(variant: Variant): boolean {
  return variant.decomposition !== 'task_centric' || variant.fixup !== 'atomic';
}
