/** Device memory between two canaries. */
import type { BufferSlice, Device, DeviceBuffer } from '../../runtime/index.js';

/** Bytes of a canary; a multiple of every alignment that a kernel may ask for. */
const canaryBytes = 4096;
/** Read as a float16, bfloat16 or float32 this is NaN, so that reading past an end shows in the result too. */
const canaryByte = 0xff;

export class GuardedBuffer {
  readonly bytes: number;
  readonly #buffer: DeviceBuffer;

  private constructor(buffer: DeviceBuffer, bytes: number) {
    this.#buffer = buffer;
    this.bytes = bytes;
  }

  /** The second canary begins right behind the last byte. */
  static async allocate(device: Device, bytes: number): Promise<GuardedBuffer> {
    const buffer = device.allocate(bytes + 2 * canaryBytes);
    await buffer.fill(canaryByte, 0, canaryBytes);
    await buffer.fill(canaryByte, canaryBytes + bytes, canaryBytes);
    return new GuardedBuffer(buffer, bytes);
  }

  /** A buffer that holds `data`. */
  static async of(device: Device, data: ArrayBufferView): Promise<GuardedBuffer> {
    const guarded = await GuardedBuffer.allocate(device, data.byteLength);
    await guarded.write(data);
    return guarded;
  }

  get slice(): BufferSlice {
    return { buffer: this.#buffer, offset: canaryBytes };
  }

  async write(data: ArrayBufferView): Promise<void> {
    if (data.byteLength > 0) await this.#buffer.write(data, canaryBytes);
  }

  async read(): Promise<Uint8Array> {
    return this.bytes === 0 ? new Uint8Array() : this.#buffer.read(canaryBytes, this.bytes);
  }

  async fill(byte: number): Promise<void> {
    if (this.bytes > 0) await this.#buffer.fill(byte, canaryBytes, this.bytes);
  }

  /** Where a canary was overwritten, in bytes relative to the start (negative: before it); undefined when none was. */
  async damage(): Promise<number | undefined> {
    const before = (await this.#buffer.read(0, canaryBytes)).findIndex((byte) => byte !== canaryByte);
    if (before >= 0) return before - canaryBytes;
    const end = canaryBytes + this.bytes;
    const after = (await this.#buffer.read(end, canaryBytes)).findIndex((byte) => byte !== canaryByte);
    return after >= 0 ? this.bytes + after : undefined;
  }

  free(): void {
    this.#buffer.free();
  }
}
