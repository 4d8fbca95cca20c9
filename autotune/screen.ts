/** Rejects compiled variants that need not be timed: what the compiler says is enough. */
import { launchGeometry, type KernelManifest, type LaunchShape, type Target } from '../generator/index.js';
import type { KernelResources } from '../runtime/index.js';
import { occupancy } from './occupancy.js';

/**
 * Bytes per thread. A few spilled registers stay in L1 and may lie outside the loop: for 4096 x 4096 with four tokens of int8
 * on an H200 the fastest seed stores and loads 24 bytes and takes 3.6 us; a search that refused it ended at 3.8 us.
 */
const mostSpilled = 32;

/** The reason against a compiled variant, or undefined. CPU kernels have no such resources and pass. */
export function screenReason(
  manifest: KernelManifest,
  resources: KernelResources | undefined,
  shape: LaunchShape,
  target: Target,
): string | undefined {
  if (target.kind !== 'cuda' || resources === undefined) return undefined;
  const { spillStoreBytes, spillLoadBytes, staticSharedBytes } = resources;
  if (spillStoreBytes + spillLoadBytes > mostSpilled) {
    return `registers spill: ${spillStoreBytes} bytes stored and ${spillLoadBytes} loaded per thread`;
  }
  const { sharedBytes } = launchGeometry(manifest, shape, { processors: target.smCount });
  if (sharedBytes + staticSharedBytes > target.sharedPerCta) {
    return `a CTA takes ${sharedBytes + staticSharedBytes} bytes of shared memory of at most ${target.sharedPerCta}`;
  }
  const fits = occupancy(manifest, resources, sharedBytes, target);
  const wanted = manifest.variant.target === 'cuda' ? manifest.variant.ctasPerSm : 1;
  if (fits.ctasPerSm < wanted) {
    return `${fits.limit} for ${fits.ctasPerSm} CTAs per SM instead of the ${wanted} it is made for`;
  }
  return undefined;
}
