/** From a kernel's manifest and the buffers it asks for to a launch. */
import {
  launchScalars,
  type BufferRole,
  type KernelManifest,
  type LaunchGeometry,
  type PackedShape,
  type ScalarRole,
} from '../../generator/index.js';
import type { DeviceBuffer, Kernel, Launch } from '../device.js';

/** A buffer, or a part of one from `offset` bytes on. */
export interface BufferSlice {
  readonly buffer: DeviceBuffer;
  readonly offset?: number;
}

export type KernelBuffers = Readonly<Partial<Record<BufferRole, BufferSlice>>>;

/** A manifest asks for something that the caller did not give, or that does not fit it. */
export class LaunchBindingError extends Error {
  override readonly name = 'LaunchBindingError';

  constructor(
    readonly kernelName: string,
    readonly role: BufferRole | ScalarRole,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Puts buffers and scalars in the order of the manifest's arguments.
 * @throws LaunchBindingError for a missing or misaligned buffer, and for a matrix packed for another launch where its units
 *   show it.
 */
export function bindLaunch(
  manifest: KernelManifest,
  kernel: Kernel,
  buffers: KernelBuffers,
  shape: PackedShape,
  geometry: LaunchGeometry,
): Launch {
  const scalars = launchScalars(manifest, shape, geometry);
  if (!Number.isInteger(scalars.stepsPerCta)) {
    throw new LaunchBindingError(
      manifest.name,
      'units',
      `Expected units packed for ${geometry.grid} CTAs of ${manifest.name}, a multiple of ${32 * geometry.grid}, but received ${shape.units}`,
    );
  }
  const args = manifest.args.map((argument) => {
    if (argument.kind === 'scalar') return scalars[argument.role];
    return boundBuffer(manifest, argument.role, argument.alignment, buffers[argument.role]);
  });
  const { grid, threads, sharedBytes } = geometry;
  return { kernel, grid, threads, sharedBytes, args, pdl: manifest.pdl };
}

function boundBuffer(
  manifest: KernelManifest,
  role: BufferRole,
  alignment: number,
  slice: BufferSlice | undefined,
): BufferSlice {
  if (slice === undefined) {
    throw new LaunchBindingError(
      manifest.name,
      role,
      `Expected a buffer for ${role} of ${manifest.name} but received none`,
    );
  }
  const offset = slice.offset ?? 0;
  if (offset % alignment !== 0) {
    throw new LaunchBindingError(
      manifest.name,
      role,
      `Expected an offset that is a multiple of ${alignment} for ${role} of ${manifest.name} but received ${offset}`,
    );
  }
  return { buffer: slice.buffer, offset };
}
