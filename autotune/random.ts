/** A small seeded generator of uniform numbers, so that a run can be repeated. */

/** Uniform numbers in [0, 1). */
export type RandomSource = () => number;

/** The mulberry32 generator (Tommy Ettinger, public domain): 32 bits of state, one number per call. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer in [0, below). */
export function randomInteger(random: RandomSource, below: number): number {
  return Math.floor(random() * below);
}

/** `count` different integers in [0, below), or all of them in random order when there are fewer. O(count) space. */
export function sampleIntegers(random: RandomSource, below: number, count: number): number[] {
  const moved = new Map<number, number>();
  const sample: number[] = [];
  for (let i = 0; i < Math.min(count, below); i++) {
    const at = i + randomInteger(random, below - i);
    sample.push(moved.get(at) ?? at);
    moved.set(at, moved.get(i) ?? i);
  }
  return sample;
}
