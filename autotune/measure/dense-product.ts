/** What the dense baseline has to give: the same matrix with weights rounded as it reads them. */
import type { DenseLayout } from '../../generator/index.js';
import { fromHalf, productOf, toHalf, type GqsMatrix } from '../../runtime/index.js';

/** y [m, n] in float64 with weights rounded to `type` first; pruned groups are zeros, which add nothing. */
export function denseProduct(
  matrix: GqsMatrix,
  x: Float64Array,
  m: number,
  type: DenseLayout['type'],
): Float64Array {
  const { groupSize, scales, zeros } = matrix;
  const rounded = new RoundedWeights(matrix, type);
  return productOf(matrix, x, m, (group, integers, weights) => {
    const ofScale = rounded.of(scales[group]!);
    const atZero = rounded.atZero - zeros[group]!;
    for (let i = 0; i < groupSize; i++) weights[i] = ofScale[atZero + integers[i]!]!;
    return 1;
  });
}

/** All weights that a scale has, each rounded once: most of the time would go into rounding. */
class RoundedWeights {
  /** Where the weight of an integer that equals its zero point lies. */
  readonly atZero: number;
  readonly #round: (weight: number) => number;
  readonly #ofScale = new Map<number, Float32Array>();

  constructor({ bits }: GqsMatrix, type: DenseLayout['type']) {
    this.atZero = 2 ** bits - 1;
    this.#round = type === 'f32' ? Math.fround : (weight) => fromHalf(toHalf(weight));
  }

  /** (q - z) * scale for q - z from -atZero to atZero; the scale as float16 bits. */
  of(scaleBits: number): Float32Array {
    let weights = this.#ofScale.get(scaleBits);
    if (weights === undefined) {
      const scale = fromHalf(scaleBits);
      weights = Float32Array.from({ length: 2 * this.atZero + 1 }, (_, i) =>
        this.#round((i - this.atZero) * scale),
      );
      this.#ofScale.set(scaleBits, weights);
    }
    return weights;
  }
}
