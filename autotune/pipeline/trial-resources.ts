/** What a trial remembers of its kernel's resources. */
import { launchGeometry, type KernelManifest, type LaunchShape, type Target } from '../../generator/index.js';
import type { KernelResources } from '../../runtime/index.js';
import { occupancy } from '../occupancy.js';
import type { Trial } from '../trial.js';

/** Registers per thread, bytes spilled per thread, shared memory per CTA and CTAs that an SM holds. */
export function trialResources(
  manifest: KernelManifest,
  resources: KernelResources,
  shape: LaunchShape,
  target: Target,
): NonNullable<Trial['resources']> {
  const spillBytes = resources.spillStoreBytes + resources.spillLoadBytes;
  if (target.kind !== 'cuda') return { registers: resources.registers, spillBytes };
  const dynamic = launchGeometry(manifest, shape, { processors: target.smCount }).sharedBytes;
  const { ctasPerSm } = occupancy(manifest, resources, dynamic, target);
  return {
    registers: resources.registers,
    spillBytes,
    sharedBytes: resources.staticSharedBytes + dynamic,
    ctasPerSm,
  };
}
