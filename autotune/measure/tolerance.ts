/** How close to the float64 reference a kernel's result has to be. */
import type { KernelManifest } from '../../generator/index.js';
import { unitRoundoff } from './elements.js';

/**
 * Largest relative error that the arithmetic contract of a kernel allows, rounding of its output included: 1e-3 with
 * half-precision partial sums or weights rounded to half precision, 1e-5 with float32 accumulation and with integer dot
 * products.
 */
export function tolerance(manifest: KernelManifest): number {
  return contract(manifest) + unitRoundoff(manifest.traits.output);
}

function contract({ variant }: KernelManifest): number {
  if (variant.decomposition === 'dense_rows') return variant.target === 'cuda' ? 1e-3 : 1e-5;
  if (variant.decomposition === 'mma_columns') return 1e-5;
  if (variant.decomposition === 'mma_tiles') return 1e-3;
  return variant.math === 'half2' ? 1e-3 : 1e-5;
}

export interface Reference {
  /** [m, n]. */
  readonly y: Float64Array;
  /**
   * Root of the summed squares of all products that make up y. Where they cancel, ||y|| is small and this is what
   * rounding errors are relative to.
   */
  readonly magnitude: number;
}

export type Comparison =
  { readonly ok: true; readonly relativeError: number } | { readonly ok: false; readonly message: string };

/**
 * Compares by norm, ||y - reference|| <= tolerance * ||reference||, and by the worst element, four times that much
 * relative to the largest, so that neither a small error everywhere nor a large one in one place gets through.
 */
export function compare(y: Float64Array, reference: Reference, allowed: number): Comparison {
  const expected = reference.y;
  const finite = y.findIndex((value) => !Number.isFinite(value));
  if (finite >= 0)
    return { ok: false, message: `Expected y[${finite}] = ${expected[finite]!} but received ${y[finite]!}` };
  let squares = 0;
  let largest = 0;
  let worst = 0;
  let filled = 0;
  for (let i = 0; i < expected.length; i++) {
    squares += (y[i]! - expected[i]!) ** 2;
    if (expected[i] !== 0) filled += 1;
    largest = Math.max(largest, Math.abs(expected[i]!));
    if (Math.abs(y[i]! - expected[i]!) > Math.abs(y[worst]! - expected[worst]!)) worst = i;
  }
  const relativeError = ratio(Math.sqrt(squares), Math.max(norm(expected), reference.magnitude));
  const allowedNorm = allowed * normSlack(filled);
  if (relativeError > allowedNorm) {
    const message = `Expected a relative error of at most ${allowedNorm.toExponential(1)} but received ${relativeError.toExponential(1)}`;
    return {
      ok: false,
      message: `${message}, the most at y[${worst}] = ${y[worst]!} instead of ${expected[worst]!}`,
    };
  }
  const scale = Math.max(largest, reference.magnitude / Math.sqrt(Math.max(1, filled)));
  if (ratio(Math.abs(y[worst]! - expected[worst]!), scale) > elementSlack * allowed) {
    return { ok: false, message: `Expected y[${worst}] = ${expected[worst]!} but received ${y[worst]!}` };
  }
  return { ok: true, relativeError };
}

/** How much further off than the tolerance a single element may be: four standard deviations of its rounding errors. */
const elementSlack = 4;

/** The norm of many errors is their average; that of few may come close to what one element is allowed. */
function normSlack(elements: number): number {
  return 1 + (elementSlack - 1) / Math.sqrt(Math.max(1, elements));
}

function norm(values: Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

/** An error against nothing is no error when it is zero, and infinite otherwise. */
function ratio(error: number, scale: number): number {
  return error === 0 ? 0 : error / scale;
}
