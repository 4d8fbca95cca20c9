/** Made-up samples for tests of statistics. */
import { seededRandom } from '../../autotune/random.js';

/** `count` log-normal samples round `us` with the given relative spread. */
export function noisySamples(us: number, count: number, spread: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return us * Math.exp(spread * normal);
  });
}
