/** Numbers as kernels read and write them. */
import type { OutputType } from '../../generator/index.js';
import { fromBfloat16Array, fromHalfArray, toBfloat16Array, toHalfArray } from '../../runtime/index.js';

/** Encodes numbers in `type`, little-endian. */
export function encode(values: Float64Array, type: OutputType): Uint8Array {
  switch (type) {
    case 'f32':
      return new Uint8Array(new Float32Array(values).buffer);
    case 'f16':
      return new Uint8Array(toHalfArray(values).buffer);
    case 'bf16':
      return new Uint8Array(toBfloat16Array(values).buffer);
  }
}

/** Decodes what `encode` made, or what a kernel wrote. */
export function decode(bytes: Uint8Array, type: OutputType): Float64Array {
  const aligned = bytes.slice().buffer;
  switch (type) {
    case 'f32':
      return new Float64Array(new Float32Array(aligned));
    case 'f16':
      return new Float64Array(fromHalfArray(new Uint16Array(aligned)));
    case 'bf16':
      return new Float64Array(fromBfloat16Array(new Uint16Array(aligned)));
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
