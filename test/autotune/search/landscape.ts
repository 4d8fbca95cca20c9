/** Made-up but realistic landscapes: effects that multiply, interactions, cliffs, noise, points that fail. */
import { median } from 'simple-statistics';
import { seededRandom } from '../../../autotune/random.js';
import type { Evaluation, Evaluator, Parameters, SearchSpace } from '../../../autotune/search/index.js';

export interface Landscape {
  readonly space: SearchSpace<Parameters>;
  /** True time in microseconds; undefined for a point that fails. */
  readonly trueUs: (point: Parameters) => number | undefined;
  readonly bestUs: number;
}

const shared: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  warps: [2, 4, 8, 16],
  ctasPerSm: [1, 2, 4],
  unitElements: [16, 32, 64],
  prefetch: [1, 2, 4],
  xLocation: ['shared', 'global'],
  weightLoads: ['cached', 'streaming'],
  pdl: [false, true],
};

const own: Readonly<Record<string, Readonly<Record<string, readonly (string | number | boolean)[]>>>> = {
  row_split: { rowsPerTeam: [1, 2, 4], warpsPerTeam: [1, 2] },
  task_centric: { fixup: ['last_arriver', 'atomic'] },
  row_permuted: {},
};

/** About `points` variants of three decompositions, with effects drawn from `seed`. */
export function landscape(seed: number, points: number): Landscape {
  const random = seededRandom(seed);
  const all = Object.entries(own).flatMap(([decomposition, extra]) =>
    product({ decomposition: [decomposition], ...shared, ...extra }),
  );
  const kept = all.filter(() => random() < points / all.length);
  const effect = memo(() => Math.exp(0.12 * gaussian(random)));
  const interaction = memo(() => Math.exp((random() < 0.25 ? 0.1 : 0.01) * gaussian(random)));
  const cliff = memo(() => (random() < 0.015 ? 2 : 1));
  const own_ = memo(() => Math.exp(0.01 * gaussian(random)));
  const fails = memo(() => (random() < 0.008 ? 1 : 0));
  const trueUs = (point: Parameters) => {
    const parts = Object.entries(point).map(([name, value]) => `${name}=${value}`);
    let us = 10 * own_(parts.join());
    for (const [i, a] of parts.entries()) {
      us *= effect(a);
      for (const b of parts.slice(i + 1)) {
        if (fails(`${a}&${b}`) === 1) return undefined;
        us *= interaction(`${a}&${b}`) * cliff(`${a}&${b}`);
      }
    }
    // Nothing is faster than memory: times saturate towards a bound.
    return (us ** 4 + 6 ** 4) ** 0.25;
  };
  const times = kept.map((point) => trueUs(point) ?? Infinity);
  return {
    space: { points: kept, parameters: (point) => point },
    trueUs,
    bestUs: times.reduce((a, b) => Math.min(a, b)),
  };
}

/** Times points of a landscape with 1.5 % noise and the odd outlier; counts what it is asked. */
export class NoisyEvaluator implements Evaluator<Parameters> {
  readonly asked: { point: Parameters; repetitions: number }[] = [];
  readonly #landscape: Landscape;
  readonly #random: () => number;

  constructor(of: Landscape, seed: number) {
    this.#landscape = of;
    this.#random = seededRandom(seed);
  }

  evaluate(candidates: readonly Parameters[], repetitions: number): Promise<readonly Evaluation[]> {
    return Promise.resolve(candidates.map((point) => this.#one(point, repetitions)));
  }

  #one(point: Parameters, repetitions: number): Evaluation {
    this.asked.push({ point, repetitions });
    const us = this.#landscape.trueUs(point);
    if (us === undefined) return { status: 'failed', invalidity: 'runtime' };
    const samples = Array.from({ length: repetitions }, () => {
      const outlier = this.#random() < 0.03 ? 1.2 : 1;
      return us * outlier * Math.exp(0.015 * gaussian(this.#random));
    });
    return { status: 'ok', medianUs: median(samples), samples };
  }
}

/** The quotient of the best time there is and the time of a point: 1 is the optimum. */
export function quality(of: Landscape, point: Parameters): number {
  return of.bestUs / (of.trueUs(point) ?? Infinity);
}

function product(levels: Readonly<Record<string, readonly (string | number | boolean)[]>>): Parameters[] {
  let points: Record<string, string | number | boolean>[] = [{}];
  for (const [name, values] of Object.entries(levels)) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points;
}

function memo(draw: () => number): (key: string) => number {
  const drawn = new Map<string, number>();
  return (key) => {
    const value = drawn.get(key) ?? draw();
    drawn.set(key, value);
    return value;
  };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
