/**
 * Devices: a GPU through the CUDA driver, or the CPU. One interface for both; the work is done by the addon.
 *
 * Everything that takes long returns a promise and runs off the event loop. Every method throws or rejects with
 * DeviceError. Whatever was made from a device is released when it is freed, when its device closes or when it is
 * garbage collected; work in flight, and graphs, keep what they use until they end. Freeing twice does nothing.
 */
import { DeviceError } from './device-error.js';
import { discoverDevices, type DeviceDescription } from './discover.js';
import { native, type NativeDevice } from './native.js';

/** A scalar (u32), or a pointer `offset` bytes into a buffer. */
export type LaunchArgument = number | { readonly buffer: DeviceBuffer; readonly offset?: number };

export interface Launch {
  readonly kernel: Kernel;
  /** CTAs, or blocks on a CPU; at least 1. */
  readonly grid: number;
  /** Per CTA; 1 on a CPU. */
  readonly threads: number;
  /** Dynamic shared memory in bytes; 0 on a CPU. */
  readonly sharedBytes: number;
  /** Checked against the kernel where it says what it takes: a cubin, or a shared object with SYMBOL_args. */
  readonly args: readonly LaunchArgument[];
  /** Programmatic dependent launch: may start before its predecessor ends. Needs sm_90; ignored elsewhere. */
  readonly pdl: boolean;
}

/** Memory of a device. Reads, writes and fills come after all work that streams were given before. */
export interface DeviceBuffer {
  readonly bytes: number;
  /** `data` must not be written to until the promise settles. Rejects OUT_OF_RANGE before anything is written. */
  write(data: ArrayBufferView, offset?: number): Promise<void>;
  /** To the end unless `length` is given. */
  read(offset?: number, length?: number): Promise<Uint8Array>;
  fill(byte: number, offset?: number, length?: number): Promise<void>;
  free(): void;
}

export interface KernelAttributes {
  /** Per thread. */
  readonly registers: number;
  /** Per thread: spills and arrays. */
  readonly localBytes: number;
  /** Static shared memory per CTA. */
  readonly sharedBytes: number;
  readonly maxThreads: number;
}

export interface Kernel {
  readonly symbol: string;
  readonly attributes: KernelAttributes;
  /** CTAs of that size that one SM holds at a time; 0 when it holds none. */
  maxCtasPerSm(threads: number, sharedBytes: number): number;
}

export interface Module {
  /** @throws DeviceError NO_SYMBOL. */
  kernel(symbol: string): Kernel;
  /** Kernels already taken from it stay usable. */
  unload(): void;
}

export interface DeviceEvent {
  /** Milliseconds from `since` to this one. @throws DeviceError while one of them was not reached. */
  elapsedMs(since: DeviceEvent): number;
  destroy(): void;
}

/** Work in order. Streams and graphs are ordered among each other by `synchronize` only. */
export interface Stream {
  launch(launch: Launch): void;
  record(event: DeviceEvent): void;
  synchronize(): Promise<void>;
  destroy(): void;
}

/** Recorded launches that run in order: a CUDA graph, or a launch list of the CPU's thread pool. */
export interface Graph {
  replay(count?: number): Promise<void>;
  /** One untimed replay, then `samples` timed ones: milliseconds of each. */
  time(samples: number): Promise<Float64Array>;
  destroy(): void;
}

/** What the driver reports at this moment; empty on a CPU and where NVML is absent. */
export interface DeviceClocks {
  readonly smMhz?: number;
  readonly memoryMhz?: number;
  /** Why clocks are held down; absent when they are not. */
  readonly throttle?: string;
}

export interface Device {
  readonly description: DeviceDescription;
  /** Zeroed. */
  allocate(bytes: number): DeviceBuffer;
  /** A cubin, fatbin or PTX file; a shared object on a CPU. */
  loadModule(path: string): Module;
  createStream(): Stream;
  createEvent(): DeviceEvent;
  createGraph(launches: readonly Launch[]): Graph;
  /** Waits for all streams. */
  synchronize(): Promise<void>;
  clocks(): DeviceClocks;
  /** See measureBandwidth. */
  measureBandwidth(): Promise<number>;
  /** Releases everything made from this device. */
  close(): void;
}

export interface OpenOptions {
  /** CPU only: threads of the pool; one for each core unless told. */
  readonly threads?: number;
}

/**
 * Opens 'cpu' or 'cuda:N'.
 * @throws DeviceError NO_DEVICE naming what there is, INVALID_ARGUMENT for the options.
 */
export function openDevice(id: string, options: OpenOptions = {}): Device {
  const found = discoverDevices();
  const description = found.devices.find((device) => device.id === id);
  if (description === undefined) throw unknownDevice(id, found);
  if (description.kind === 'cuda') {
    if (options.threads !== undefined) throw invalidOption('threads', 'the CPU', id);
    return new OpenedDevice(description, native().openCuda(Number(id.slice('cuda:'.length))));
  }
  const { threads } = options;
  if (threads === 0) throw invalidOption('at least 1 thread', 'the CPU', '0');
  const opened = native().openCpu(threads ?? 0);
  return new OpenedDevice({ ...description, processors: threads ?? description.processors }, opened);
}

function unknownDevice(id: string, found: ReturnType<typeof discoverDevices>): DeviceError {
  const known = found.devices.map((device) => device.id).join(', ');
  const hints = id.startsWith('cuda') ? found.missing.map(({ what, remedy }) => `; ${what}: ${remedy}`) : [];
  const description = `Expected one of ${known} for the device but received "${id}"${hints.join('')}`;
  return new DeviceError(description, { call: 'openDevice', code: 'NO_DEVICE', description, sticky: false });
}

function invalidOption(expected: string, owner: string, received: string): DeviceError {
  const description = `Expected ${expected} for ${owner} but received ${received}`;
  return new DeviceError(description, {
    call: 'openDevice',
    code: 'INVALID_ARGUMENT',
    description,
    sticky: false,
  });
}

class OpenedDevice implements Device {
  constructor(
    readonly description: DeviceDescription,
    private readonly native: NativeDevice,
  ) {}

  allocate(bytes: number): DeviceBuffer {
    return this.native.allocate(bytes);
  }

  loadModule(path: string): Module {
    return this.native.loadModule(path);
  }

  createStream(): Stream {
    return this.native.createStream();
  }

  createEvent(): DeviceEvent {
    return this.native.createEvent();
  }

  createGraph(launches: readonly Launch[]): Graph {
    return this.native.createGraph(launches);
  }

  synchronize(): Promise<void> {
    return this.native.synchronize();
  }

  clocks(): DeviceClocks {
    return this.native.clocks();
  }

  measureBandwidth(): Promise<number> {
    return this.native.measureBandwidth();
  }

  close(): void {
    this.native.close();
  }
}
