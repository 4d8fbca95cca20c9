/** From traits and a variant to CUDA source and its manifest. */
import type { GeneratedKernel } from '../generated-kernel.js';
import { contentHash, generatorVersion } from '../hash.js';
import type { BufferRole, GridRule, KernelArgument, KernelManifest, ScalarRole } from '../manifest.js';
import { manifestVersion } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import { renderTemplate, templateBytesHash } from '../render.js';
import type { CudaDenseVariant, CudaStreamVariant, CudaVariant } from '../variant.js';
import { variantName } from '../variant-name.js';
import { streamLayout, streamMemory } from './stream-shape.js';
import { denseView, streamView } from './view.js';

/** `arch`: 'sm_80', 'sm_90', ... */
export function generateCuda(traits: KernelTraits, variant: CudaVariant, arch: string): GeneratedKernel {
  const hash = contentHash(traits, variant, arch, templateBytesHash(['cuda']));
  const symbol = `gqs_${variant.decomposition}_w${traits.bits}g${traits.groupSize}m${traits.m}_${hash.slice(0, 12)}`;
  const name = variantName(variant);
  const identity = { name, symbol, arch, hash };
  const dense = variant.decomposition === 'dense_rows';
  const args = kernelArguments(traits, variant);
  const view = dense
    ? denseView(traits, variant, identity, args)
    : streamView(traits, variant, identity, args);
  const memory = dense ? undefined : streamMemory(traits, variant);
  const manifest: KernelManifest = {
    version: manifestVersion,
    ...identity,
    generatorVersion,
    traits: pickTraits(traits),
    variant,
    deterministic: !(variant.decomposition === 'task_centric' && variant.fixup === 'atomic'),
    layout: dense ? { kind: 'dense', version: 1, type: 'f16' } : streamLayout(traits, variant),
    args,
    grid: gridRule(variant),
    threads: variant.warps * 32,
    sharedBytes: { fixed: memory?.xAt ?? 0, perK: memory?.xBytesPerK ?? 0 },
    workspaceBytes: { fixed: 0, perCta: variant.decomposition === 'task_centric' ? 4 + 8 * traits.m : 0 },
    pdl: variant.pdl,
  };
  const source = renderTemplate(`cuda/gqs/${variant.decomposition}.cu`, view);
  return { fileName: `${symbol}.cu`, source, manifest };
}

/** Callers may hand over a whole problem; only what specialises the kernel belongs in a manifest. */
function pickTraits({ m, bits, groupSize, activation, output, epilogue }: KernelTraits): KernelTraits {
  return { m, bits, groupSize, activation, output, epilogue };
}

function gridRule(variant: CudaVariant): GridRule {
  switch (variant.decomposition) {
    case 'row_split':
      return { kind: 'rows', rowsPerCta: (variant.warps / variant.warpsPerTeam) * variant.rowsPerTeam };
    case 'dense_rows':
      return { kind: 'rows', rowsPerCta: variant.warps * variant.rowsPerWarp };
    case 'task_centric':
    case 'row_permuted':
      return { kind: 'persistent', ctasPerSm: variant.ctasPerSm, warpsPerCta: variant.warps };
  }
}

function kernelArguments(traits: KernelTraits, variant: CudaVariant): KernelArgument[] {
  const buffer = (role: BufferRole, alignment: number): KernelArgument => ({
    kind: 'buffer',
    role,
    alignment,
  });
  const scalar = (role: ScalarRole): KernelArgument => ({ kind: 'scalar', role });
  const biased = traits.epilogue === 'bias' || traits.epilogue === 'bias_residual';
  const residual = traits.epilogue === 'residual' || traits.epilogue === 'bias_residual';
  return [
    buffer('x', 16),
    ...(traits.activation === 'i8' ? [buffer('xScale', 4)] : []),
    ...weightArguments(variant).map((role) => buffer(role, 16)),
    ...(biased ? [buffer('bias', 4)] : []),
    ...(residual ? [buffer('residual', 4)] : []),
    buffer('y', 4),
    scalar('n'),
    scalar('k'),
    ...(variant.decomposition === 'dense_rows' ? [] : [scalar('units')]),
  ];
}

function weightArguments(variant: CudaStreamVariant | CudaDenseVariant): BufferRole[] {
  if (variant.decomposition === 'dense_rows') return ['values'];
  const roles: BufferRole[] = ['values', 'meta'];
  if (variant.indexForm === 'wide') roles.push('zeros');
  switch (variant.decomposition) {
    case 'row_split':
      return [...roles, 'rowPtr'];
    case 'task_centric':
      return [...roles, 'rowPtr', 'tasks', 'workspace'];
    case 'row_permuted':
      return [...roles, 'tasks', 'sliceEnds', 'rowIds'];
  }
}
