/** Float16 arithmetic in whole numbers, so that nothing can be rounded on the way. */

/** The bits of a * b + c rounded once to nearest even; a, b and c are the bits of finite float16 numbers. */
export function fmaToHalf(a: number, b: number, c: number): number {
  // In units of 2^-48, the last place of a product of subnormal numbers.
  const sum = units(a) * units(b) + (units(c) << 24n);
  if (sum === 0n) {
    const bothNegative = ((a ^ b) & c & 0x8000) !== 0;
    return bothNegative ? 0x8000 : 0;
  }
  const sign = sum < 0n ? 0x8000 : 0;
  return sign | roundUnits(sum < 0n ? -sum : sum);
}

/** A float16 in units of 2^-24. */
function units(bits: number): bigint {
  const exponent = (bits >> 10) & 31;
  const mantissa = BigInt(bits & 1023);
  const magnitude = exponent === 0 ? mantissa : (mantissa + 1024n) << BigInt(exponent - 1);
  return (bits & 0x8000) === 0 ? magnitude : -magnitude;
}

/** The bits of the float16 nearest to magnitude * 2^-48. */
function roundUnits(magnitude: bigint): number {
  // Bits to drop: 24 for subnormal numbers, and as many more as it takes to leave 11.
  const length = magnitude.toString(2).length;
  const dropped = Math.max(24, length - 11);
  const shift = BigInt(dropped);
  const kept = magnitude >> shift;
  const rest = magnitude - (kept << shift);
  const tie = 1n << (shift - 1n);
  const up = rest > tie || (rest === tie && (kept & 1n) === 1n);
  // The leading one of a normal number counts as one in the exponent field.
  const bits = Number(kept) + (up ? 1 : 0) + ((dropped - 24) << 10);
  return Math.min(bits, 0x7c00);
}
