/** What devices this machine has, and what is missing for others. */
import { cpuIsas, type CpuTarget, type CudaTarget, type Target } from '../generator/index.js';
import { native, type NativeCpu, type NativeGpu } from './native.js';

export interface DeviceDescription {
  /** 'cuda:0', or 'cpu'. */
  readonly id: string;
  readonly kind: 'cuda' | 'cpu';
  readonly name: string;
  readonly target: Target;
  /** SMs of a GPU, threads of a CPU device. */
  readonly processors: number;
  readonly memoryBytes: number;
  /** GPUs: the driver and the CUDA version it speaks. */
  readonly driver?: string;
}

export interface MissingPart {
  readonly what: string;
  readonly remedy: string;
}

export interface DiscoveredDevices {
  /** GPUs in the driver's order, then the CPU, which is always there. */
  readonly devices: readonly DeviceDescription[];
  readonly missing: readonly MissingPart[];
}

/** Looks now; nothing is cached. @throws DeviceError NO_ADDON. */
export function discoverDevices(): DiscoveredDevices {
  const addon = native();
  const { devices: gpus, driver, problem, remedy } = addon.describeCuda();
  const missing = problem === undefined ? [] : [{ what: problem, remedy: remedy ?? '' }];
  return {
    devices: [...gpus.map((gpu, index) => describeGpu(gpu, index, driver)), describeCpu(addon.describeCpu())],
    missing,
  };
}

function describeGpu(gpu: NativeGpu, index: number, driver: string | undefined): DeviceDescription {
  const { name, memoryBytes, ...limits } = gpu;
  const target: CudaTarget = { kind: 'cuda', ...limits };
  return {
    id: `cuda:${index}`,
    kind: 'cuda',
    name,
    target,
    processors: gpu.smCount,
    memoryBytes,
    ...(driver === undefined ? {} : { driver }),
  };
}

function describeCpu(cpu: NativeCpu): DeviceDescription {
  const target: CpuTarget = {
    kind: 'cpu',
    isas: cpuIsas.filter((isa) => cpu.isas.includes(isa)),
    cores: cpu.cores,
    l2Bytes: cpu.l2Bytes,
    llcBytes: cpu.llcBytes,
  };
  return {
    id: 'cpu',
    kind: 'cpu',
    name: cpu.name,
    target,
    processors: cpu.cores,
    memoryBytes: cpu.memoryBytes,
  };
}
