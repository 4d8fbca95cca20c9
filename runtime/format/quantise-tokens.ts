/** Per-token int8 quantisation of activations. */
import { GqsFormatError } from './format-error.js';

/** x ~ values[token, i] * scales[token]. */
export interface QuantisedTokens {
  /** [m, k], -127 to 127. */
  readonly values: Int8Array;
  /** [m], float32. */
  readonly scales: Float32Array;
}

/**
 * Symmetric quantisation of x [m, k], one scale per token: absmax / 127 in float32. A token of zeros, or one too
 * small for a float32 scale, has scale 0. Throws GqsFormatError for a bad size and for numbers that are not finite.
 */
export function quantiseTokens(x: Float32Array | Float64Array, m: number, k: number): QuantisedTokens {
  if (x.length !== m * k) throw new GqsFormatError('x', `m * k = ${m * k} elements`, `${x.length}`);
  const values = new Int8Array(m * k);
  const scales = new Float32Array(m);
  for (let token = 0; token < m; token++) {
    const begin = token * k;
    const scale = Math.fround(absmax(x, begin, k) / 127);
    scales[token] = scale;
    if (scale === Infinity) throw new GqsFormatError(`x of token ${token}`, 'float32 numbers', 'larger ones');
    if (scale === 0) continue;
    for (let i = begin; i < begin + k; i++) {
      values[i] = Math.max(-127, Math.min(127, Math.round(x[i]! / scale)));
    }
  }
  return { values, scales };
}

function absmax(x: Float32Array | Float64Array, begin: number, k: number): number {
  let largest = 0;
  for (let i = begin; i < begin + k; i++) {
    const value = x[i]!;
    if (!Number.isFinite(value)) {
      const place = `x at token ${begin / k}, column ${i - begin}`;
      throw new GqsFormatError(place, 'a finite number', `${value}`);
    }
    largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}
