/**
 * The contract between a generated kernel and whoever launches it. Everything a launcher needs is in it, as plain
 * data, so that an exported library can carry it as JSON.
 */
import { sliceRoom, type PackedLayout } from './layout.js';
import type { KernelTraits } from './problem.js';
import type { Variant } from './variant.js';

export const manifestVersion = 1;

/** Buffers a kernel may ask for. x, xScale, bias, residual and y are the caller's; the rest belong to the packed matrix. */
export type BufferRole =
  | 'x' // [m, k], activation type
  | 'xScale' // [m] f32, int8 activations only
  | 'bias' // [n], output type
  | 'residual' // [m, n], output type
  | 'y' // [m, n], output type
  | 'values'
  | 'meta'
  | 'zeros'
  | 'columns'
  | 'bases'
  | 'rowPtr'
  | 'tasks'
  | 'slices'
  | 'rowIds'
  | 'masks'
  | 'rowConstants'
  | 'workspace'; // zeroed once, when allocated; a kernel leaves it as it found it

/**
 * Scalars, all u32: see launchScalars. units: unitStride of the stream layout. parts: what the partition was made for.
 * stepsPerCta and slicesPerCta, of its partition `slices`: T and S. batchesPerCta, of the columns layout: T. rowsPerCta: that
 * each CTA has room for.
 */
export type ScalarRole =
  'n' | 'k' | 'units' | 'parts' | 'stepsPerCta' | 'slicesPerCta' | 'batchesPerCta' | 'rowsPerCta';

export type KernelArgument =
  | { readonly kind: 'buffer'; readonly role: BufferRole; readonly alignment: number }
  | { readonly kind: 'scalar'; readonly role: ScalarRole };

/** How many CTAs (or CPU blocks) a launch has. */
export type GridRule =
  | { readonly kind: 'rows'; readonly rowsPerCta: number }
  /** ctasPerSm * SM count, never more than gives each warp one step of work; a slice of rows takes at least one. */
  | { readonly kind: 'persistent'; readonly ctasPerSm: number; readonly warpsPerCta: number }
  /** ctasPerSm * SM count, at most one CTA for each block of rows: they are dealt to CTAs together. */
  | { readonly kind: 'blocks'; readonly ctasPerSm: number; readonly rowsPerBlock: number }
  /** CPU: blocks of rowsPerBlock rows, or one block per thread when it is 0. */
  | { readonly kind: 'cpu'; readonly rowsPerBlock: number };

export interface KernelManifest {
  readonly version: typeof manifestVersion;
  readonly name: string;
  readonly symbol: string;
  /** SHA-256 over generator version, traits, every variant parameter and every template byte, hex. */
  readonly hash: string;
  readonly generatorVersion: string;
  readonly traits: KernelTraits;
  readonly variant: Variant;
  /** 'sm_90' or a CPU instruction set. */
  readonly arch: string;
  /** False for kernels whose results may differ in the last bits from run to run. */
  readonly deterministic: boolean;
  readonly layout: PackedLayout;
  readonly args: readonly KernelArgument[];
  readonly grid: GridRule;
  readonly threads: number;
  /**
   * Dynamic shared memory of a CTA in bytes: fixed + perK * k, with k rounded up to a multiple of kMultiple, + perRow * rows
   * that a CTA has room for where blocks or slices of rows are dealt; rounded up to 16.
   */
  readonly sharedBytes: {
    readonly fixed: number;
    readonly perK: number;
    readonly kMultiple: number;
    readonly perRow: number;
  };
  /** Workspace in bytes: fixed + perCta * grid. */
  readonly workspaceBytes: { readonly fixed: number; readonly perCta: number };
  readonly pdl: boolean;
}

/** Dynamic shared memory of a CTA in bytes. `rowsPerCta`: that it has room for. */
export function sharedBytesFor(
  { fixed, perK, kMultiple, perRow }: KernelManifest['sharedBytes'],
  k: number,
  rowsPerCta: number,
): number {
  return Math.ceil((fixed + perK * kMultiple * Math.ceil(k / kMultiple) + perRow * rowsPerCta) / 16) * 16;
}

export type BlockRule = Extract<GridRule, { kind: 'blocks' }>;

/** CTAs of the rule `blocks`. */
export function blockGrid({ ctasPerSm, rowsPerBlock }: BlockRule, n: number, processors: number): number {
  return Math.min(ctasPerSm * processors, Math.ceil(n / rowsPerBlock));
}

/** Rows that a CTA has room for, of the rule `blocks`. */
export function blockRows({ rowsPerBlock }: BlockRule, n: number, grid: number): number {
  return rowsPerBlock * Math.ceil(Math.ceil(n / rowsPerBlock) / grid);
}

export type PersistentRule = Extract<GridRule, { kind: 'persistent' }>;

export interface LaunchGeometry {
  readonly grid: number;
  readonly threads: number;
  readonly sharedBytes: number;
  readonly workspaceBytes: number;
  /** Number of parts that the partition tables must be made for: all warps of the launch, or all CPU blocks. */
  readonly parts: number;
}

export interface LaunchShape {
  readonly n: number;
  readonly k: number;
  /** Surviving groups in the matrix. */
  readonly groups: number;
}

/** CTAs of the rule `persistent`. */
export function persistentGrid(
  { ctasPerSm, warpsPerCta }: PersistentRule,
  layout: PackedLayout,
  { n, groups }: LaunchShape,
  processors: number,
): number {
  const groupsPerStep = layout.kind === 'stream' ? (32 * layout.unitElements) / layout.groupSize : 1;
  const rows = rowsPerSliceOf(layout);
  const steps = Math.max(1, Math.ceil(groups / groupsPerStep), rows === 0 ? 0 : Math.ceil(n / rows));
  return Math.min(ctasPerSm * processors, Math.ceil(steps / warpsPerCta));
}

/** SM count of a GPU, or threads of a CPU device. */
export interface LaunchDevice {
  readonly processors: number;
}

/** Applies a manifest's rules to a shape. Pure. */
export function launchGeometry(
  manifest: KernelManifest,
  shape: LaunchShape,
  device: LaunchDevice,
): LaunchGeometry {
  const grid = gridSize(manifest, shape, device);
  const rows = rowRoom(manifest, shape.n, grid);
  const { workspaceBytes: workspace, threads } = manifest;
  return {
    grid,
    threads,
    sharedBytes: sharedBytesFor(manifest.sharedBytes, shape.k, rows),
    workspaceBytes: workspace.fixed + workspace.perCta * grid,
    parts: manifest.grid.kind === 'cpu' ? grid : grid * (threads / 32),
  };
}

/** What a kernel is told of a packed matrix; `units` as it was packed. */
export interface PackedShape {
  readonly n: number;
  readonly k: number;
  readonly units: number;
}

/** Every scalar that a manifest may ask for; 0 where the layout has nothing of the kind. Pure. */
export function launchScalars(
  manifest: KernelManifest,
  { n, k, units }: PackedShape,
  { grid, parts }: Pick<LaunchGeometry, 'grid' | 'parts'>,
): Record<ScalarRole, number> {
  const { layout } = manifest;
  const rows = rowsPerSliceOf(layout);
  const slices =
    rows === 0
      ? { stepsPerCta: 0, slicesPerCta: 0 }
      : { stepsPerCta: units / (32 * grid), slicesPerCta: sliceRoom(n, rows, grid) };
  const batchesPerCta = layout.kind === 'columns' ? units / grid : 0;
  return { n, k, units, parts, ...slices, batchesPerCta, rowsPerCta: rowRoom(manifest, n, grid) };
}

/** Rows that each of `grid` CTAs has room for; 0 where rows are not dealt to them. */
export function rowRoom(
  { grid: rule, layout }: Pick<KernelManifest, 'grid' | 'layout'>,
  n: number,
  grid: number,
): number {
  if (rule.kind === 'blocks') return blockRows(rule, n, grid);
  const rows = rowsPerSliceOf(layout);
  return rows === 0 ? 0 : rows * sliceRoom(n, rows, grid);
}

/** 0 where there are no slices. */
function rowsPerSliceOf(layout: PackedLayout): number {
  return layout.kind === 'stream' ? (layout.rowsPerSlice ?? 0) : 0;
}

function gridSize(manifest: KernelManifest, shape: LaunchShape, device: LaunchDevice): number {
  const rule = manifest.grid;
  switch (rule.kind) {
    case 'rows':
      return Math.ceil(shape.n / rule.rowsPerCta);
    case 'persistent':
      return persistentGrid(rule, manifest.layout, shape, device.processors);
    case 'blocks':
      return blockGrid(rule, shape.n, device.processors);
    case 'cpu':
      return rule.rowsPerBlock === 0 ? device.processors : Math.ceil(shape.n / rule.rowsPerBlock);
  }
}
