/** Inputs of a problem and what has to come out of them, in float64. */
import type { KernelTraits, PackedLayout } from '../../generator/index.js';
import { dequantise, quantiseTokens, Random, referenceProduct, type GqsMatrix } from '../../runtime/index.js';
import { denseProduct } from './dense-product.js';
import { decode, encode } from './elements.js';
import { forRowBlocks, type Alive } from './row-blocks.js';
import type { Reference } from './tolerance.js';

/** Inputs as a kernel reads them. */
export interface ProblemInputs {
  readonly x: Uint8Array;
  readonly xScale?: Uint8Array;
  readonly bias?: Uint8Array;
  readonly residual?: Uint8Array;
}

/** Up to this many weights the magnitude of their products is computed too; large sums hardly ever cancel. */
const mostForMagnitude = 2 ** 20;

/**
 * How x is drawn: standard normal numbers, uniform numbers up to 1000 in magnitude, or multiples of 2^-24 that float16
 * has as denormals.
 */
export type XRange = 'normal' | 'large' | 'denormal';

export class ProblemData {
  readonly traits: KernelTraits;
  readonly matrix: GqsMatrix;
  readonly inputs: ProblemInputs;
  /** [m, k], what the bytes of x stand for. */
  readonly #x: Float64Array;
  readonly #references = new Map<string, Reference>();

  /** Draws x, bias and residual from `seed`; standard normal numbers, unless x is to have another range. */
  constructor(traits: KernelTraits, matrix: GqsMatrix, seed: number, range: XRange = 'normal') {
    const random = new Random(seed);
    const { m, output, epilogue } = traits;
    const { x, bytes, scales } = drawActivations(traits, matrix.k, random, range);
    const withBias = epilogue === 'bias' || epilogue === 'bias_residual';
    const withResidual = epilogue === 'residual' || epilogue === 'bias_residual';
    this.traits = traits;
    this.matrix = matrix;
    this.#x = x;
    this.inputs = {
      x: bytes,
      ...(scales === undefined ? {} : { xScale: new Uint8Array(scales.buffer) }),
      ...(withBias ? { bias: encode(normals(matrix.n, random), output) } : {}),
      ...(withResidual ? { residual: encode(normals(m * matrix.n, random), output) } : {}),
    };
  }

  /** What a kernel that reads weights in `layout` has to give; made once, with signs of life meanwhile. */
  async reference(layout: PackedLayout, alive: Alive): Promise<Reference> {
    const key = layout.kind === 'dense' ? layout.type : 'packed';
    let reference = this.#references.get(key);
    if (reference === undefined) {
      const product = await this.#product(layout, alive);
      reference = { y: this.#epilogue(product), magnitude: this.#magnitude() };
      this.#references.set(key, reference);
    }
    return reference;
  }

  async #product(layout: PackedLayout, alive: Alive): Promise<Float64Array> {
    const { m } = this.traits;
    const { n } = this.matrix;
    const y = new Float64Array(m * n);
    await forRowBlocks(this.matrix, alive, (block, begin) => {
      const part =
        layout.kind === 'dense'
          ? denseProduct(block, this.#x, m, layout.type)
          : referenceProduct(block, this.#x, m);
      for (let token = 0; token < m; token++) {
        y.set(part.subarray(token * block.n, (token + 1) * block.n), token * n + begin);
      }
    });
    return y;
  }

  #epilogue(product: Float64Array): Float64Array {
    const { output } = this.traits;
    const { bias, residual } = this.inputs;
    const perRow = bias === undefined ? undefined : decode(bias, output);
    const perElement = residual === undefined ? undefined : decode(residual, output);
    return product.map((sum, i) => sum + (perRow?.[i % this.matrix.n] ?? 0) + (perElement?.[i] ?? 0));
  }

  #magnitude(): number {
    const { n, k } = this.matrix;
    if (n * k > mostForMagnitude) return 0;
    const weights = dequantise(this.matrix);
    let squares = 0;
    for (let token = 0; token < this.traits.m; token++) {
      for (let i = 0; i < n * k; i++) squares += (weights[i]! * this.#x[token * k + (i % k)]!) ** 2;
    }
    return Math.sqrt(squares);
  }
}

interface Activations {
  readonly x: Float64Array;
  readonly bytes: Uint8Array;
  /** [m], int8 x only. */
  readonly scales?: Float32Array;
}

function drawActivations(
  { m, activation }: KernelTraits,
  k: number,
  random: Random,
  range: XRange,
): Activations {
  const drawn = Float64Array.from({ length: m * k }, () => drawX(random, range));
  if (activation !== 'i8') {
    const bytes = encode(drawn, activation);
    return { x: decode(bytes, activation), bytes };
  }
  const { values, scales } = quantiseTokens(drawn, m, k);
  const x = Float64Array.from(values, (value, i) => value * scales[Math.floor(i / k)]!);
  return { x, bytes: new Uint8Array(values.buffer), scales };
}

function drawX(random: Random, range: XRange): number {
  switch (range) {
    case 'normal':
      return random.normal();
    case 'large':
      return 2000 * random.uniform() - 1000;
    case 'denormal':
      return Math.round(2046 * random.uniform() - 1023) * 2 ** -24;
  }
}

function normals(count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal());
}
