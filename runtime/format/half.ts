/**
 * float16 and bfloat16 as the 16 bits that kernels read. Encoding rounds to nearest even from the full float64, so a
 * value is rounded once; decoding is exact.
 */

/** A binary floating-point format of 16 bits. */
interface Format16 {
  /** Explicit mantissa bits. */
  readonly mantissaBits: number;
  /** Exponent of the smallest normal number. */
  readonly minExponent: number;
  /** From here on values round to infinity: halfway between the largest finite number and the next power of two. */
  readonly overflow: number;
  readonly infinity: number;
  /** Steps between neighbours per unit, `2 ** (mantissaBits - exponent)`, by exponent - minExponent. */
  readonly stepsPerUnit: Float64Array;
}

function format16(mantissaBits: number, minExponent: number, maxExponent: number): Format16 {
  const exponents = maxExponent - minExponent + 1;
  return {
    mantissaBits,
    minExponent,
    overflow: (2 - 2 ** -(mantissaBits + 1)) * 2 ** maxExponent,
    infinity: (exponents + 1) << mantissaBits,
    stepsPerUnit: Float64Array.from({ length: exponents }, (_, i) => 2 ** (mantissaBits - minExponent - i)),
  };
}

const half = format16(10, -14, 15);
const bfloat16 = format16(7, -126, 127);

/** The largest finite float16. */
export const maxHalf = 65504;
/** The smallest positive float16, a subnormal. */
export const minHalf = 2 ** -24;

const scratch = new DataView(new ArrayBuffer(8));
/** Adding and subtracting it rounds a number in [0, 2^51] to an integer, ties to even. */
const roundingShift = 2 ** 52;

function encode(value: number, format: Format16): number {
  const quietBit = 1 << (format.mantissaBits - 1);
  if (Number.isNaN(value)) return format.infinity | quietBit;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= format.overflow) return sign | format.infinity;
  scratch.setFloat64(0, magnitude);
  const exponent = (scratch.getUint32(0) >>> 20) - 1023;
  const binade = Math.max(0, exponent - format.minExponent);
  const steps = magnitude * format.stepsPerUnit[binade]! + roundingShift - roundingShift;
  // Steps include the implicit leading one, so that a carry, and a subnormal that becomes normal, come out right.
  return sign | (steps + (binade << format.mantissaBits));
}

function halfTable(): Float32Array {
  const table = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    const exponent = (bits >> 10) & 31;
    const mantissa = bits & 1023;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 31) table[bits] = mantissa ? NaN : sign * Infinity;
    else if (exponent === 0) table[bits] = sign * mantissa * 2 ** -24;
    else table[bits] = sign * (1024 + mantissa) * 2 ** (exponent - 25);
  }
  return table;
}

const halves = halfTable();

/** The float16 bits nearest to `value`; 65520 and more become infinity. */
export function toHalf(value: number): number {
  return encode(value, half);
}

/** The value of float16 bits (0 to 65535). */
export function fromHalf(bits: number): number {
  return halves[bits]!;
}

/** The bfloat16 bits nearest to `value`. */
export function toBfloat16(value: number): number {
  return encode(value, bfloat16);
}

/** The value of bfloat16 bits (0 to 65535). */
export function fromBfloat16(bits: number): number {
  scratch.setUint32(0, bits * 65_536);
  return scratch.getFloat32(0);
}

/** Element-wise `toHalf`. */
export function toHalfArray(values: ArrayLike<number>): Uint16Array {
  return encodeArray(values, half);
}

/** Element-wise `toBfloat16`. */
export function toBfloat16Array(values: ArrayLike<number>): Uint16Array {
  return encodeArray(values, bfloat16);
}

/** Element-wise `fromHalf`. */
export function fromHalfArray(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halves[bits[i]!]!;
  return values;
}

/** Element-wise `fromBfloat16`. */
export function fromBfloat16Array(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

function encodeArray(values: ArrayLike<number>, format: Format16): Uint16Array {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = encode(values[i]!, format);
  return bits;
}
