/** The GPU that the tests in this folder use, where there is one. */
import type { CudaTarget } from '../../generator/index.js';
import { discoverDevices } from '../../runtime/index.js';

export interface TestGpu {
  readonly id: string;
  readonly target: CudaTarget;
}

/** The first GPU, or why there is none. */
export function findGpu(): TestGpu | { readonly absent: string } {
  const { devices, missing } = discoverDevices();
  for (const { id, target } of devices) if (target.kind === 'cuda') return { id, target };
  return { absent: missing.map(({ what, remedy }) => `${what} (${remedy})`).join('; ') };
}
