/** Random problems for CUDA kernels on the SIMT machine, and how close to float64 their results have to be. */
import { launchGeometry, launchScalars } from '../../../generator/index.js';
import type { BufferRole, KernelManifest, KernelTraits, OutputType } from '../../../generator/index.js';
import {
  dequantise,
  extremeMatrix,
  fromBfloat16,
  fromHalf,
  type GqsMatrix,
  prepackMatrix,
  quantiseTokens,
  randomGqsMatrix,
  toBfloat16,
  toHalf,
} from '../../../runtime/index.js';
import type { KernelCase } from '../../simt/run-simt.js';
import type { Random } from '../../support/random.js';

export interface KernelProblem {
  readonly kernelCase: KernelCase;
  /** [m, n]: y in float64 from the same x and weights. */
  readonly expected: Float64Array;
  /** [m, n]: root of the summed squares of the products behind each element, to which errors are relative. */
  readonly magnitude: Float64Array;
  /** [m, n]: what the epilogue adds. */
  readonly added: Float64Array;
}

const codecs = {
  f16: { encode: toHalf, decode: fromHalf },
  bf16: { encode: toBfloat16, decode: fromBfloat16 },
} as const;

function encode(values: Float64Array, type: OutputType): Uint8Array {
  if (type === 'f32') return new Uint8Array(Float32Array.from(values).buffer);
  return new Uint8Array(Uint16Array.from(values, codecs[type].encode).buffer);
}

export function decode(bytes: Uint8Array, type: OutputType): Float64Array {
  const copy = Uint8Array.from(bytes).buffer;
  if (type === 'f32') return Float64Array.from(new Float32Array(copy));
  return Float64Array.from(new Uint16Array(copy), codecs[type].decode);
}

function normals(count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal());
}

/** A matrix of random shape and density; some have rows without groups, full rows, a single row, or no group at all. */
function randomMatrix({ traits, layout }: KernelManifest, columnMultiple: number, random: Random): GqsMatrix {
  const { bits, groupSize, groupsPerScale } = traits;
  // Windows have 256 columns: only more of them are a test.
  const mostInputs = 'indexForm' in layout && layout.indexForm === 'windowed' ? 600 * groupSize : 1024;
  const n = random.pick([1, random.integer(2, 31), 2 * random.integer(10, 40) + 1]);
  const most = Math.max(1, Math.floor(mostInputs / groupSize / columnMultiple));
  const columns = columnMultiple * random.integer(Math.min(most, 2), most);
  const density = random.pick([0, 0.05, 0.3, 0.5, 0.8, 1]);
  return randomGqsMatrix({
    n,
    k: columns * groupSize,
    bits,
    groupSize,
    groupsPerScale,
    density,
    rows: random.pick(['even', 'binomial', 'skewed']),
    emptyRows: random.integer(0, Math.floor(n / 3)),
    fullRow: n > 2 && random.next() < 0.7,
    seed: random.integer(0, 2 ** 31),
  });
}

interface Activations {
  readonly values: Float64Array;
  readonly buffers: Partial<Record<BufferRole, Uint8Array>>;
}

/**
 * What a problem is made of: random weights and normal x; or integers and zero points at opposite ends, with x up to 1000
 * or x that float16 has as denormals.
 */
export type Extreme = 'none' | 'large' | 'denormal';

function drawX(count: number, random: Random, extreme: Extreme): Float64Array {
  if (extreme === 'none') return normals(count, random);
  const scale = extreme === 'large' ? 1 : 2 ** -24;
  return Float64Array.from({ length: count }, () => scale * random.integer(-1000, 1000));
}

/** Scales of 4 keep sums of products with denormal x among float16's normal numbers. */
function pushed(matrix: GqsMatrix, extreme: Extreme): GqsMatrix {
  if (extreme === 'none') return matrix;
  return extremeMatrix(matrix, extreme === 'denormal' ? toHalf(4) : undefined);
}

function drawActivations(
  { m, activation }: KernelTraits,
  k: number,
  random: Random,
  extreme: Extreme,
): Activations {
  const drawn = drawX(m * k, random, extreme);
  if (activation === 'i8') {
    const { values, scales } = quantiseTokens(drawn, m, k);
    return {
      values: Float64Array.from(values, (value, i) => value * scales[Math.floor(i / k)]!),
      buffers: { x: new Uint8Array(values.buffer), xScale: new Uint8Array(scales.buffer) },
    };
  }
  const x = encode(drawn, activation);
  return { values: decode(x, activation), buffers: { x } };
}

/** The products x W^T in float64 and the root of their summed squares; W [n, k] as the kernel reads it. */
function multiply(
  weights: Float64Array,
  x: Float64Array,
  n: number,
  k: number,
): [Float64Array, Float64Array] {
  const m = x.length / k;
  const sums = new Float64Array(m * n);
  const squares = new Float64Array(m * n);
  for (let i = 0; i < m * n; i++) {
    const row = (i % n) * k;
    const token = Math.floor(i / n) * k;
    for (let j = 0; j < k; j++) {
      const product = weights[row + j]! * x[token + j]!;
      sums[i]! += product;
      squares[i]! += product * product;
    }
  }
  return [sums, squares.map(Math.sqrt)];
}

/** A problem of random size for the kernel, with two launches in a random order of threads. */
export async function randomProblem(
  manifest: KernelManifest,
  random: Random,
  extreme: Extreme,
): Promise<KernelProblem> {
  const { traits, layout } = manifest;
  const dense = layout.kind === 'dense';
  // A dense kernel loads eight weights at a time.
  const matrix = pushed(
    randomMatrix(manifest, dense ? Math.max(1, 8 / traits.groupSize) : 1, random),
    extreme,
  );
  const { n, k } = matrix;
  const shape = { n, k, groups: matrix.groups.length };
  const geometry = launchGeometry(manifest, shape, { processors: random.integer(1, 4) });
  const packed = await prepackMatrix(matrix, layout, geometry.parts);
  const x = drawActivations(traits, k, random, extreme);
  const weights = Float64Array.from(dequantise(matrix), (w) => (dense ? fromHalf(toHalf(w)) : w));
  const [products, magnitude] = multiply(weights, x.values, n, k);
  const bias = encode(normals(n, random), traits.output);
  const residual = encode(normals(traits.m * n, random), traits.output);
  const has = (role: BufferRole): boolean => manifest.args.some((argument) => argument.role === role);
  const perRow = has('bias') ? decode(bias, traits.output) : new Float64Array(n);
  const perElement = has('residual') ? decode(residual, traits.output) : new Float64Array(traits.m * n);
  const added = perElement.map((value, i) => value + perRow[i % n]!);
  const unwritten = new Uint8Array(encode(new Float64Array(traits.m * n), traits.output).length).fill(0xff);
  return {
    kernelCase: {
      buffers: { ...packed.buffers, ...x.buffers, bias, residual, y: unwritten },
      scalars: launchScalars(manifest, { n, k, units: packed.units }, geometry),
      geometry,
      seed: random.integer(1, 2 ** 30),
      resident: random.integer(1, 3),
      launches: 2,
    },
    expected: products.map((sum, i) => sum + added[i]!),
    magnitude,
    added,
  };
}

const outputRoundoff = { f32: 2 ** -24, f16: 2 ** -11, bf16: 2 ** -8 } as const;

/**
 * Undefined when y is as close to float64 as the arithmetic promises, otherwise what is wrong. Before its result is
 * rounded to the output type, a kernel may err by 1e-3 with half-precision partial sums or weights, and by 1e-5
 * otherwise: all elements together by norm, and each by four times that.
 */
export function accuracyProblem(
  manifest: KernelManifest,
  y: Float64Array,
  problem: KernelProblem,
): string | undefined {
  const { variant, traits } = manifest;
  const half = variant.decomposition === 'mma_tiles' || ('math' in variant && variant.math === 'half2');
  const contract = half ? 1e-3 : 1e-5;
  const { expected, magnitude, added } = problem;
  let squares = 0;
  let allowedSquares = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(y[i]! - expected[i]!);
    const rounding =
      outputRoundoff[traits.output] * Math.abs(expected[i]!) + 2 ** -23 * Math.abs(added[i]!) + 2 ** -24;
    const allowed = 4 * contract * magnitude[i]! + rounding;
    if (!(error <= allowed)) return `y[${i}] is ${y[i]!}, expected ${expected[i]!} within ${allowed}`;
    squares += Math.max(0, error - rounding) ** 2;
    allowedSquares += magnitude[i]! ** 2;
  }
  const relative = Math.sqrt(squares / allowedSquares);
  return relative > contract ? `relative error ${relative}, expected at most ${contract}` : undefined;
}
