/** Sizes of a kernel's inputs and outputs. */
import type { Activation, KernelTraits, OutputType } from '../../generator/index.js';

/** Bytes of one element of x or y. */
export function elementBytes(type: Activation | OutputType): number {
  switch (type) {
    case 'i8':
      return 1;
    case 'f16':
    case 'bf16':
      return 2;
    case 'f32':
      return 4;
  }
}

/** Bytes that a launch reads and writes besides the weights: x with its scales, y, bias and residual. */
export function activationBytes(traits: KernelTraits, n: number, k: number): number {
  const { m, activation, output, epilogue } = traits;
  const out = elementBytes(output);
  let bytes = m * k * elementBytes(activation) + m * n * out;
  if (activation === 'i8') bytes += 4 * m;
  if (epilogue === 'bias' || epilogue === 'bias_residual') bytes += n * out;
  if (epilogue === 'residual' || epilogue === 'bias_residual') bytes += m * n * out;
  return bytes;
}
