/** What identifies a generated kernel: everything that can change its text or its layout. */
import { createHash } from 'node:crypto';
import { kernelTraits, type KernelTraits } from './problem.js';
import type { Variant } from './variant.js';

/** Part of every hash and of every generated file's header. Raise it when a view changes what templates are given. */
export const generatorVersion = '0.1.0';

/**
 * SHA-256, hex, over the generator's version, every trait and parameter (keys sorted, so their order does not matter),
 * the architecture ('sm_90' or a CPU instruction set) and `templateHash` (see templateBytesHash).
 */
export function contentHash(
  traits: KernelTraits,
  variant: Variant,
  arch: string,
  templateHash: string,
): string {
  const identity = { generatorVersion, traits: kernelTraits(traits), variant, arch, templateHash };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}

/** JSON with the keys of every object sorted. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
