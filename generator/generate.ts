/** The generator's front door: one kernel's source and manifest. Pure and deterministic. */
import { generateCpu } from './cpu/index.js';
import { generateCuda } from './cuda/generate-cuda.js';
import { GeneratorError, type GeneratedKernel } from './generated-kernel.js';
import type { KernelTraits } from './problem.js';
import { type CpuIsa, cpuIsas, knownArchitectures } from './target.js';
import type { Variant } from './variant.js';

/**
 * @param arch a compute capability ('sm_90') for CUDA variants, the variant's own instruction set for CPU variants
 * @throws GeneratorError when the variant and the architecture do not belong together. Whether the variant solves a
 *   problem is for rejectionReason to say.
 */
export function generate(traits: KernelTraits, variant: Variant, arch: string): GeneratedKernel {
  if (variant.target === 'cuda') {
    if (!/^sm_\d{2,3}$/.test(arch)) {
      const known = Object.keys(knownArchitectures).join(', ');
      throw new GeneratorError(`Expected a CUDA architecture such as ${known} but received "${arch}"`);
    }
    return generateCuda(traits, variant, arch);
  }
  if (!cpuIsas.includes(arch as CpuIsa) || arch !== variant.isa) {
    throw new GeneratorError(
      `Expected the instruction set ${variant.isa} of the variant but received "${arch}"`,
    );
  }
  return generateCpu(traits, variant, variant.isa);
}
