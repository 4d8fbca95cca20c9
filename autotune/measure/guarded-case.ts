/** One kernel on one problem with every buffer guarded: run it, look at what it wrote and where. */
import { launchGeometry, type BufferRole, type KernelManifest } from '../../generator/index.js';
import { bindLaunch, elementBytes, type Device, type Kernel, type Launch } from '../../runtime/index.js';
import { decode } from './elements.js';
import { GuardedBuffer } from './guarded-buffer.js';
import type { HostWeights } from './packed-weights.js';
import { packWeights } from './packed-weights.js';
import type { ProblemData } from './problem-data.js';
import type { Alive } from './row-blocks.js';

export class GuardedCase {
  readonly #device: Device;
  readonly #manifest: KernelManifest;
  readonly #given: ReadonlyMap<BufferRole, { readonly buffer: GuardedBuffer; readonly data: Uint8Array }>;
  readonly #y: GuardedBuffer;
  readonly #workspace: GuardedBuffer;
  readonly #launch: Launch;

  private constructor(
    device: Device,
    manifest: KernelManifest,
    buffers: Pick<GuardedCaseParts, 'given' | 'y' | 'workspace'>,
    launch: Launch,
  ) {
    this.#device = device;
    this.#manifest = manifest;
    this.#given = buffers.given;
    this.#y = buffers.y;
    this.#workspace = buffers.workspace;
    this.#launch = launch;
  }

  static async create(
    device: Device,
    manifest: KernelManifest,
    kernel: Kernel,
    data: ProblemData,
    alive: Alive,
  ): Promise<GuardedCase> {
    const shape = { n: data.matrix.n, k: data.matrix.k, groups: data.matrix.groups.length };
    const geometry = launchGeometry(manifest, shape, device.description);
    const weights = await packWeights(data.matrix, manifest.layout, geometry.parts, alive);
    const parts = await allocate(device, manifest, data, weights, geometry.workspaceBytes);
    const slices = { ...mapSlices(parts.given), y: parts.y.slice, workspace: parts.workspace.slice };
    const launch = bindLaunch(manifest, kernel, slices, { ...shape, units: weights.units }, geometry);
    return new GuardedCase(device, manifest, parts, launch);
  }

  /** Poisons y, launches once and reads y as numbers and bytes. Throws what the device reports. */
  async run(): Promise<{ y: Float64Array; bytes: Uint8Array }> {
    await this.#y.fill(0xff);
    const stream = this.#device.createStream();
    try {
      stream.launch(this.#launch);
      await stream.synchronize();
    } finally {
      stream.destroy();
    }
    const bytes = await this.#y.read();
    return { y: decode(bytes, this.#manifest.traits.output), bytes };
  }

  /** What the kernel wrote that it should not have, or undefined. */
  async damage(): Promise<string | undefined> {
    const all = [
      ...[...this.#given].map(([role, { buffer }]) => [role, buffer] as const),
      ['y', this.#y],
      ['workspace', this.#workspace],
    ] as const;
    for (const [role, buffer] of all) {
      const at = await buffer.damage();
      if (at !== undefined)
        return `Expected no write outside of ${role} (${buffer.bytes} bytes) but found one at byte ${at}`;
    }
    if ((await this.#workspace.read()).some((byte) => byte !== 0)) {
      return 'Expected the workspace to be left zeroed but found it changed';
    }
    for (const [role, { buffer, data }] of this.#given) {
      if (Buffer.compare(await buffer.read(), data) !== 0)
        return `Expected the input ${role} to be left alone but found it changed`;
    }
    return undefined;
  }

  free(): void {
    for (const { buffer } of this.#given.values()) buffer.free();
    this.#y.free();
    this.#workspace.free();
  }
}

interface GuardedCaseParts {
  readonly given: Map<BufferRole, { readonly buffer: GuardedBuffer; readonly data: Uint8Array }>;
  readonly y: GuardedBuffer;
  readonly workspace: GuardedBuffer;
}

async function allocate(
  device: Device,
  manifest: KernelManifest,
  data: ProblemData,
  weights: HostWeights,
  workspaceBytes: number,
): Promise<GuardedCaseParts> {
  const given: GuardedCaseParts['given'] = new Map();
  for (const [role, bytes] of Object.entries({ ...data.inputs, ...weights.buffers })) {
    given.set(role as BufferRole, { buffer: await GuardedBuffer.of(device, bytes), data: bytes });
  }
  const { m, output } = manifest.traits;
  const y = await GuardedBuffer.allocate(device, m * data.matrix.n * elementBytes(output));
  const workspace = await GuardedBuffer.allocate(device, workspaceBytes);
  await workspace.fill(0);
  return { given, y, workspace };
}

function mapSlices(given: GuardedCaseParts['given']): Partial<Record<BufferRole, GuardedBuffer['slice']>> {
  return Object.fromEntries([...given].map(([role, { buffer }]) => [role, buffer.slice]));
}
