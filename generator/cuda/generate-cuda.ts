/** From traits and a variant to CUDA source and its manifest. */
import type { GeneratedKernel } from '../generated-kernel.js';
import { contentHash, generatorVersion } from '../hash.js';
import type { BufferRole, GridRule, KernelArgument, KernelManifest, ScalarRole } from '../manifest.js';
import { manifestVersion } from '../manifest.js';
import { kernelTraits, type KernelTraits } from '../problem.js';
import { renderTemplate, templateBytesHash } from '../render.js';
import type { CudaVariant } from '../variant.js';
import { variantName } from '../variant-name.js';
import { storedIndex, streamGrid, streamLayout, streamShape, streamSharedBytes } from './stream-shape.js';
import { columnsGrid, columnsLayout, columnsSharedBytes } from './columns-shape.js';
import { columnsView } from './columns-view.js';
import { tilesGrid, tilesLayout, tilesSharedBytes } from './tiles-shape.js';
import { tilesView } from './tiles-view.js';
import { streamView } from './stream-view.js';
import { denseView, type KernelIdentity } from './view.js';

/** `arch`: 'sm_80', 'sm_90', ... */
export function generateCuda(traits: KernelTraits, variant: CudaVariant, arch: string): GeneratedKernel {
  const hash = contentHash(traits, variant, arch, templateBytesHash(['cuda']));
  const symbol = `gqs_${variant.decomposition}_w${traits.bits}g${traits.groupSize}m${traits.m}_${hash.slice(0, 12)}`;
  const name = variantName(variant);
  const identity = { name, symbol, arch, hash };
  const args = kernelArguments(traits, variant);
  const { view, layout, sharedBytes, workspaceBytes } = plan(traits, variant, identity, args);
  const manifest: KernelManifest = {
    version: manifestVersion,
    ...identity,
    generatorVersion,
    traits: kernelTraits(traits),
    variant,
    deterministic: !(variant.decomposition === 'task_centric' && variant.fixup === 'atomic'),
    layout,
    args,
    grid: gridRule(variant),
    threads: variant.warps * 32,
    sharedBytes,
    workspaceBytes,
    pdl: variant.pdl,
  };
  const source = renderTemplate(`cuda/gqs/${variant.decomposition}.cu`, view);
  return { fileName: `${symbol}.cu`, source, manifest };
}

interface Plan extends Pick<KernelManifest, 'layout' | 'sharedBytes' | 'workspaceBytes'> {
  readonly view: object;
}

function plan(
  traits: KernelTraits,
  variant: CudaVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): Plan {
  switch (variant.decomposition) {
    case 'dense_rows':
      return {
        view: denseView(traits, variant, identity, args),
        layout: { kind: 'dense', version: 1, type: 'f16' },
        sharedBytes: { fixed: 0, perK: 0, kMultiple: 1, perRow: 0 },
        workspaceBytes: { fixed: 0, perCta: 0 },
      };
    case 'mma_columns':
      return {
        view: columnsView(traits, variant, identity, args),
        layout: columnsLayout(traits, variant),
        sharedBytes: columnsSharedBytes(traits, variant),
        workspaceBytes: { fixed: 0, perCta: 0 },
      };
    case 'mma_tiles':
      return {
        view: tilesView(traits, variant, identity, args),
        layout: tilesLayout(traits, variant),
        sharedBytes: tilesSharedBytes(traits, variant),
        workspaceBytes: { fixed: 0, perCta: 0 },
      };
    case 'row_split':
    case 'task_centric':
    case 'row_permuted': {
      const perCta = variant.decomposition === 'task_centric' ? 4 + 8 * traits.m : 0;
      return {
        view: streamView(traits, variant, identity, args),
        layout: streamLayout(traits, variant),
        sharedBytes: streamSharedBytes(traits, variant),
        workspaceBytes: { fixed: 0, perCta },
      };
    }
  }
}

function gridRule(variant: CudaVariant): GridRule {
  switch (variant.decomposition) {
    case 'row_split':
      return { kind: 'rows', rowsPerCta: (variant.warps / variant.warpsPerTeam) * variant.rowsPerTeam };
    case 'dense_rows':
      return { kind: 'rows', rowsPerCta: variant.warps * variant.rowsPerWarp };
    case 'mma_columns':
      return columnsGrid(variant);
    case 'mma_tiles':
      return tilesGrid(variant);
    case 'task_centric':
    case 'row_permuted':
      return streamGrid(variant);
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
    ...weightArguments(traits, variant).map((role) => buffer(role, 16)),
    ...(biased ? [buffer('bias', 4)] : []),
    ...(residual ? [buffer('residual', 4)] : []),
    buffer('y', 4),
    scalar('n'),
    scalar('k'),
    ...('unitElements' in variant ? [scalar('units')] : []),
    ...(variant.decomposition === 'row_permuted' ? [scalar('stepsPerCta'), scalar('slicesPerCta')] : []),
    ...(variant.decomposition === 'mma_columns' ? [scalar('batchesPerCta'), scalar('rowsPerCta')] : []),
    ...(variant.decomposition === 'mma_tiles' ? [scalar('rowsPerCta')] : []),
  ];
}

function weightArguments(traits: KernelTraits, variant: CudaVariant): BufferRole[] {
  if (variant.decomposition === 'dense_rows') return ['values'];
  if (variant.decomposition === 'mma_columns') return ['values', 'meta', 'tasks', 'rowIds'];
  if (variant.decomposition === 'mma_tiles') return ['values', 'meta', 'masks', 'tasks', 'rowIds'];
  const form = storedIndex(traits, variant, streamShape(traits, variant.unitElements));
  const roles: BufferRole[] = ['values', 'meta'];
  if (form === 'narrow' || form === 'windowed') roles.push('columns');
  if (form !== 'packed' && form !== 'shared4') roles.push('zeros');
  if (form === 'windowed') roles.push('bases');
  switch (variant.decomposition) {
    case 'row_split':
      return [...roles, 'rowPtr'];
    case 'task_centric':
      return [...roles, 'rowPtr', 'tasks', 'workspace'];
    case 'row_permuted':
      return [...roles, 'slices'];
  }
}
