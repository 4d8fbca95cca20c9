/** Compiles a CPU kernel, runs it on this machine and compares it with the float64 reference. */
import {
  bindLaunch,
  compileKernel,
  type Device,
  type DeviceBuffer,
  dequantise,
  type GqsMatrix,
  prepackMatrix,
  quantiseTokens,
  referenceProduct,
  referenceProductInt8,
} from '../../../runtime/index.js';
import {
  type BufferRole,
  generate,
  type CpuVariant,
  type KernelTraits,
  launchGeometry,
} from '../../../generator/index.js';
import { seededRandom } from '../../support/random.js';

const canary = 0xa5;
const canaryBytes = 64;

export interface KernelRun {
  /** Largest |y - reference| over the norm of all that was added up. */
  readonly error: number;
  /** Whether the bytes round y were left as they were. */
  readonly canariesIntact: boolean;
  readonly y: Float32Array;
}

/** `x` [m, k]: random unless given; quantised where the kernel takes int8. */
export async function runKernel(
  device: Device,
  traits: KernelTraits,
  variant: CpuVariant,
  matrix: GqsMatrix,
  x: Float32Array = randomVector(traits.m * matrix.k, 1),
): Promise<KernelRun> {
  const { m } = traits;
  const { n, k } = matrix;
  const generated = generate(traits, variant, variant.isa);
  const { manifest } = generated;
  const compiled = await compileKernel(generated);
  if (!compiled.ok) throw new Error(`Expected ${manifest.name} to compile but received: ${compiled.message}`);
  const shape = { n, k, groups: matrix.groups.length };
  const geometry = launchGeometry(manifest, shape, device.description);
  const packed = await prepackMatrix(matrix, manifest.layout, geometry.parts);

  const integer = traits.activation === 'i8' ? quantiseTokens(x, m, k) : undefined;
  const bias = randomVector(n, 2);
  const residual = randomVector(m * n, 3);
  const contents: Partial<Record<BufferRole, ArrayBufferView>> = {
    ...packed.buffers,
    x: integer?.values ?? x,
    ...(integer === undefined ? {} : { xScale: integer.scales }),
    bias,
    residual,
  };
  const buffers: Partial<Record<BufferRole, { buffer: DeviceBuffer; offset?: number }>> = {};
  for (const [role, data] of Object.entries(contents)) {
    const buffer = device.allocate(Math.max(1, data.byteLength));
    await buffer.write(data);
    buffers[role as BufferRole] = { buffer };
  }
  const guarded = device.allocate(m * n * 4 + 2 * canaryBytes);
  await guarded.fill(canary);
  buffers.y = { buffer: guarded, offset: canaryBytes };

  const module = device.loadModule(compiled.binaryPath);
  const stream = device.createStream();
  stream.launch(
    bindLaunch(manifest, module.kernel(manifest.symbol), buffers, { n, k, units: packed.units }, geometry),
  );
  await stream.synchronize();
  const bytes = await guarded.read();
  stream.destroy();
  for (const { buffer } of Object.values(buffers)) buffer.free();

  const y = new Float32Array(bytes.slice(canaryBytes, bytes.length - canaryBytes).buffer);
  const reference = integer ? referenceProductInt8(matrix, integer, m) : referenceProduct(matrix, x, m);
  const norms = productNorms(matrix, integer === undefined ? x : dequantisedTokens(integer, k), m);
  const asks = (role: BufferRole): boolean => manifest.args.some((argument) => argument.role === role);
  let error = 0;
  y.forEach((value, i) => {
    const added = [asks('bias') ? bias[i % n]! : 0, asks('residual') ? residual[i]! : 0];
    const expected = added.reduce((sum, term) => sum + term, reference[i]!);
    const relative = Math.abs(value - expected) / (Math.hypot(norms[i]!, ...added) + 1e-3);
    error = relative <= error ? error : relative;
  });
  const round = [...bytes.subarray(0, canaryBytes), ...bytes.subarray(bytes.length - canaryBytes)];
  return { error, canariesIntact: round.every((byte) => byte === canary), y };
}

function randomVector(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

function dequantisedTokens(
  { values, scales }: { values: Int8Array; scales: Float32Array },
  k: number,
): Float32Array {
  return Float32Array.from(values, (value, i) => value * scales[Math.floor(i / k)]!);
}

/** sqrt(sum of squares of the products) of each y, the size that rounding errors are measured by. */
function productNorms(matrix: GqsMatrix, x: Float32Array, m: number): Float64Array {
  const weights = dequantise(matrix);
  const { n, k } = matrix;
  const norms = new Float64Array(m * n);
  for (let token = 0; token < m; token++) {
    for (let row = 0; row < n; row++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += (weights[row * k + i]! * x[token * k + i]!) ** 2;
      norms[token * n + row] = Math.sqrt(sum);
    }
  }
  return norms;
}
