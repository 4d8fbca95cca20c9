/** Numbers as kernels read and write them. */
import type { OutputType } from '../../generator/index.js';
import { fromBfloat16, fromHalf, toBfloat16, toHalf } from '../../runtime/index.js';

/** Encodes numbers in `type`, little-endian. */
export function encode(values: Float64Array, type: OutputType): Uint8Array {
  switch (type) {
    case 'f32':
      return new Uint8Array(Float32Array.from(values).buffer);
    case 'f16':
      return new Uint8Array(Uint16Array.from(values, toHalf).buffer);
    case 'bf16':
      return new Uint8Array(Uint16Array.from(values, toBfloat16).buffer);
  }
}

/** Decodes what `encode` made, or what a kernel wrote. */
export function decode(bytes: Uint8Array, type: OutputType): Float64Array {
  const aligned = bytes.slice().buffer;
  switch (type) {
    case 'f32':
      return Float64Array.from(new Float32Array(aligned));
    case 'f16':
      return Float64Array.from(new Uint16Array(aligned), fromHalf);
    case 'bf16':
      return Float64Array.from(new Uint16Array(aligned), fromBfloat16);
  }
}

/** Largest relative error of rounding a normal number to `type`. */
export function unitRoundoff(type: OutputType): number {
  switch (type) {
    case 'f32':
      return 2 ** -24;
    case 'f16':
      return 2 ** -11;
    case 'bf16':
      return 2 ** -8;
  }
}
