/** Asymmetric quantisation of one group (GQSA, arXiv 2412.17560, equations 1 to 3). */
import type { Bits } from '../../generator/index.js';
import { minHalf, toHalf } from './half.js';

/** Below this, the smallest normal float16, scales are few and far between. */
const minNormalHalf = 2 ** -14;

/**
 * Scale (float16 bits) for weights from `min` to `max`, widened to hold 0: s = (max - min) / (2^bits - 1). A subnormal
 * scale is rounded up, as rounding to nearest could cut off up to a third of the range. Without a range (an all-zero
 * group) s is the smallest float16 and w is 0. Scales above float16's range come out as infinity.
 */
export function groupScale(min: number, max: number, bits: Bits): number {
  const exact = (Math.max(max, 0) - Math.min(min, 0)) / (2 ** bits - 1);
  return toHalf(exact >= minNormalHalf ? exact : Math.max(1, Math.ceil(exact / minHalf)) * minHalf);
}

/** Zero point for weights from `min` on: z = round(-min / s), for an s that their range fits. */
export function groupZero(min: number, scale: number, bits: Bits): number {
  return clampRound(-Math.min(min, 0) / scale, bits);
}

/** The integer whose dequantised value is nearest to `weight`, q = clamp(round(w / s) + z). */
export function quantiseWeight(weight: number, scale: number, zero: number, bits: Bits): number {
  return clampRound(weight / scale + zero, bits);
}

/** Rounds to the nearest integer in [0, 2^bits). */
function clampRound(value: number, bits: Bits): number {
  return Math.min(2 ** bits - 1, Math.max(0, Math.round(value)));
}
