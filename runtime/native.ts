/** Loads the addon. What it exports is used by device.ts, discover.ts and format/prepack.ts, by nobody else. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PackedLayout } from '../generator/index.js';
import { DeviceError } from './device-error.js';
import type { DeviceBuffer, DeviceClocks, DeviceEvent, Graph, Launch, Module, Stream } from './device.js';
import type { GqsMatrix } from './format/matrix.js';
import type { PackedMatrix } from './format/prepack.js';

export interface NativeDevice {
  allocate(bytes: number): DeviceBuffer;
  loadModule(path: string): Module;
  createStream(): Stream;
  createEvent(): DeviceEvent;
  createGraph(launches: readonly Launch[]): Graph;
  synchronize(): Promise<void>;
  clocks(): DeviceClocks;
  measureBandwidth(): Promise<number>;
  close(): void;
}

/** What this machine's CPU is; see runtime/native/src/cpu/cpu_info.h. */
export interface NativeCpu {
  readonly name: string;
  readonly isas: readonly string[];
  readonly cores: number;
  readonly l2Bytes: number;
  readonly llcBytes: number;
  readonly memoryBytes: number;
}

export interface NativeGpu {
  readonly name: string;
  readonly computeCapability: number;
  readonly smCount: number;
  readonly l2Bytes: number;
  readonly sharedPerCta: number;
  readonly sharedPerSm: number;
  readonly registersPerSm: number;
  readonly threadsPerSm: number;
  readonly memoryBytes: number;
}

/** `problem` and `remedy` where there is nothing to use, and then no devices. */
export interface NativeCuda {
  readonly devices: readonly NativeGpu[];
  readonly driver?: string;
  readonly problem?: string;
  readonly remedy?: string;
}

export interface NativeAddon {
  setErrorClass(errorClass: typeof DeviceError): void;
  describeCpu(): NativeCpu;
  describeCuda(): NativeCuda;
  /** 0 threads: one for each core. */
  openCpu(threads: number): NativeDevice;
  openCuda(index: number): NativeDevice;
  prepack(
    matrix: GqsMatrix,
    layout: PackedLayout,
    parts: number,
  ): Promise<Pick<PackedMatrix, 'units' | 'parts' | 'buffers'>>;
}

/** Where the build puts the addon: from dist/runtime/ that is two folders up. */
const addonPath = fileURLToPath(new URL('../../build/Release/gqs_native.node', import.meta.url));

let loaded: NativeAddon | undefined;

/**
 * The addon, loaded on first use; each thread that asks gets its own.
 * @throws DeviceError NO_ADDON when it was not built or does not load here.
 */
export function native(): NativeAddon {
  loaded ??= load();
  return loaded;
}

function load(): NativeAddon {
  try {
    const addon = createRequire(import.meta.url)(addonPath) as NativeAddon;
    addon.setErrorClass(DeviceError);
    return addon;
  } catch (cause) {
    const description = `Expected the native addon at ${addonPath}; remedy: npm run build:native (needs CMake and a C++20 compiler)`;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError(
      `${description}: ${detail}`,
      { call: 'loadAddon', code: 'NO_ADDON', description, sticky: false },
      { cause },
    );
  }
}
