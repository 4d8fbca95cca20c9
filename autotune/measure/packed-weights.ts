/** Packed weights on the host and on the device, kept while there is room. */
import type { BufferRole, KernelManifest, PackedLayout } from '../../generator/index.js';
import {
  prepackMatrix,
  type BufferSlice,
  type Device,
  type DeviceBuffer,
  type GqsMatrix,
} from '../../runtime/index.js';
import type { Alive } from './row-blocks.js';

/** What a kernel reads besides x: packed buffers and the two numbers that go with them. */
export interface HostWeights {
  readonly units: number;
  readonly parts: number;
  readonly buffers: Partial<Record<BufferRole, Uint8Array>>;
  readonly bytes: number;
}

export type WeightBuffers = Partial<Record<BufferRole, BufferSlice>>;

/** Packs a matrix as a kernel wants it, for a launch of `parts` parts, after a sign of life: all cores take part. */
export async function packWeights(
  matrix: GqsMatrix,
  layout: PackedLayout,
  parts: number,
  alive: Alive,
): Promise<HostWeights> {
  await alive();
  const packed = await prepackMatrix(matrix, layout, parts);
  const bytes = Object.values(packed.buffers).reduce((sum, buffer) => sum + buffer.byteLength, 0);
  return { units: packed.units, parts, buffers: packed.buffers, bytes };
}

/** Names what packing depends on, apart from the matrix. */
export function packingKey({ layout }: KernelManifest, parts: number): string {
  const independent = layout.kind === 'dense' || (layout.kind === 'stream' && layout.partition === 'rows');
  return `${JSON.stringify(layout)} ${independent ? 'any' : parts}`;
}

interface Resident {
  readonly host: HostWeights;
  readonly copies: WeightBuffers[];
  readonly owned: DeviceBuffer[];
}

export interface CopyOptions {
  /** Copies wanted of weights of that many bytes. */
  readonly count: (bytes: number) => number;
  readonly pinned: ReadonlySet<string>;
  readonly alive: Alive;
}

/** Weights of one matrix: least recently used layouts make room for new ones. */
export class WeightCache {
  readonly #device: Device;
  readonly #matrix: GqsMatrix;
  readonly #limitBytes: number;
  readonly #residents = new Map<string, Resident>();

  constructor(device: Device, matrix: GqsMatrix, limitBytes: number) {
    this.#device = device;
    this.#matrix = matrix;
    this.#limitBytes = limitBytes;
  }

  /** `count(bytes)` copies on the device of the weights as `manifest` wants them. `pinned` keys stay resident. */
  async copies(
    manifest: KernelManifest,
    parts: number,
    { count, pinned, alive }: CopyOptions,
  ): Promise<{ host: HostWeights; copies: readonly WeightBuffers[] }> {
    const key = packingKey(manifest, parts);
    const found = this.#residents.get(key);
    const resident = found ?? {
      host: await packWeights(this.#matrix, manifest.layout, parts, alive),
      copies: [],
      owned: [],
    };
    this.#residents.delete(key);
    const wanted = count(resident.host.bytes);
    this.#makeRoom((wanted - resident.copies.length) * resident.host.bytes, pinned);
    this.#residents.set(key, resident);
    while (resident.copies.length < wanted) {
      await alive();
      await this.#addCopy(resident);
    }
    return { host: { ...resident.host, parts }, copies: resident.copies.slice(0, wanted) };
  }

  free(): void {
    for (const resident of this.#residents.values()) release(resident);
    this.#residents.clear();
  }

  async #addCopy(resident: Resident): Promise<void> {
    const copy: WeightBuffers = {};
    for (const [role, data] of Object.entries(resident.host.buffers)) {
      const buffer = this.#device.allocate(Math.max(1, data.byteLength));
      resident.owned.push(buffer);
      if (data.byteLength > 0) await buffer.write(data);
      copy[role as BufferRole] = { buffer };
    }
    resident.copies.push(copy);
  }

  #makeRoom(bytes: number, pinned: ReadonlySet<string>): void {
    let used = 0;
    for (const { host, copies } of this.#residents.values()) used += host.bytes * copies.length;
    for (const [key, resident] of this.#residents) {
      if (used + bytes <= this.#limitBytes) return;
      if (pinned.has(key)) continue;
      used -= resident.host.bytes * resident.copies.length;
      release(resident);
      this.#residents.delete(key);
    }
  }
}

function release(resident: Resident): void {
  for (const buffer of resident.owned) buffer.free();
}
