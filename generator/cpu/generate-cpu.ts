/** From traits and a variant to CPU source and its manifest. */
import type { GeneratedKernel } from '../generated-kernel.js';
import { contentHash, generatorVersion } from '../hash.js';
import { type KernelManifest, manifestVersion } from '../manifest.js';
import { kernelTraits, type KernelTraits } from '../problem.js';
import { renderTemplate, templateBytesHash } from '../render.js';
import type { CpuIsa } from '../target.js';
import type { CpuVariant } from '../variant.js';
import { variantName } from '../variant-name.js';
import { cpuArguments } from './arguments.js';
import { cpuLayout } from './layout.js';
import { denseRowsView, rowBlocksView } from './view.js';

/** Whether the variant solves a problem is for cpuRejection to say. `isa`: the variant's own. */
export function generateCpu(traits: KernelTraits, variant: CpuVariant, isa: CpuIsa): GeneratedKernel {
  const hash = contentHash(traits, variant, isa, templateBytesHash(['cpu']));
  const symbol = `gqs_${variant.decomposition}_w${traits.bits}g${traits.groupSize}m${traits.m}_${hash.slice(0, 12)}`;
  const identity = { name: variantName(variant), symbol, hash, generatorVersion };
  const args = cpuArguments(traits, variant);
  const dense = variant.decomposition === 'dense_rows';
  const manifest: KernelManifest = {
    version: manifestVersion,
    ...identity,
    arch: isa,
    traits: kernelTraits(traits),
    variant,
    deterministic: true,
    layout: cpuLayout(traits, variant),
    args,
    grid: { kind: 'cpu', rowsPerBlock: dense ? 0 : variant.rowsPerBlock },
    threads: 1,
    sharedBytes: { fixed: 0, perK: 0, kMultiple: 1, perRow: 0 },
    workspaceBytes: { fixed: 0, perCta: 0 },
    pdl: false,
  };
  const view = dense
    ? denseRowsView(traits, variant, identity, args)
    : rowBlocksView(traits, variant, identity, args);
  const source = renderTemplate(`cpu/gqs/${variant.decomposition}.cpp`, view);
  return { fileName: `${symbol}.cpp`, source, manifest };
}
