/** Prepacking: a matrix in the form that one kernel reads. Done by the addon, on all cores, off the event loop. */
import type { BufferRole, PackedLayout } from '../../generator/index.js';
import { native } from '../native.js';
import type { GqsMatrix } from './matrix.js';

/** A matrix in the form of `layout`, made for a launch of `parts` warps or CPU blocks. */
export interface PackedMatrix {
  readonly layout: PackedLayout;
  readonly parts: number;
  /** What the kernel's `units` argument is; for a stream its unit stride, a multiple of 32 and at least 32. */
  readonly units: number;
  /** Zero-padded; each starts at a multiple of 64 bytes. */
  readonly buffers: Readonly<Partial<Record<BufferRole, Uint8Array>>>;
}

/** A matrix that could not be packed; `cause` is the addon's error. */
export class PrepackError extends Error {
  override readonly name = 'PrepackError';

  constructor(
    readonly layout: PackedLayout,
    cause: Error,
  ) {
    super(cause.message, { cause });
  }
}

/**
 * Packs a matrix, validating it on the way. Its arrays must be neither written to nor transferred until the promise
 * settles.
 * `parts`: how many warps or CPU blocks the partition tables are made for (LaunchGeometry.parts), at least 1.
 * Rejects with PrepackError when the matrix is broken, or the layout is unknown, contradicts itself or cannot hold
 * the matrix; the message names the field, what was expected and what was received. Rejects with DeviceError when
 * there is no addon.
 */
export async function prepackMatrix(
  matrix: GqsMatrix,
  layout: PackedLayout,
  parts: number,
): Promise<PackedMatrix> {
  const addon = native();
  try {
    const packed = await addon.prepack(matrix, layout, parts);
    return { ...packed, layout };
  } catch (error) {
    throw new PrepackError(layout, error as Error);
  }
}
