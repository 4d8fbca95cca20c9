/** Which device a run is for, and what there is to choose from. */
import {
  discoverDevices,
  findCxx,
  findNvcc,
  ToolMissing,
  type DeviceDescription,
} from '../../runtime/index.js';
import { TuneError } from '../pipeline/error.js';

export interface ChosenDevice {
  readonly device: DeviceDescription;
  /** Something better was there but cannot be used. */
  readonly warning?: string;
}

/**
 * The device named, 'cuda' meaning the first GPU; without a name the first GPU that nvcc compiles for, else the CPU.
 * @throws TuneError for an unknown device, ToolMissing when the named device's compiler is missing.
 */
export async function chooseDevice(name: string | undefined): Promise<ChosenDevice> {
  const { devices, missing } = discoverDevices();
  const cpu = devices.find(({ kind }) => kind === 'cpu');
  if (name !== undefined) {
    const id = name === 'cuda' ? 'cuda:0' : name;
    const device = devices.find((one) => one.id === id);
    if (device === undefined) throw unknownDevice(name, devices, missing);
    await requireCompiler(device);
    return { device };
  }
  const gpu = devices.find(({ kind }) => kind === 'cuda');
  if (gpu === undefined) {
    await requireCompiler(cpu!);
    return { device: cpu! };
  }
  try {
    await requireCompiler(gpu);
    return { device: gpu };
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    await requireCompiler(cpu!);
    return {
      device: cpu!,
      warning: `${gpu.name} is here but cannot be tuned, so the CPU is: ${error.message}`,
    };
  }
}

function unknownDevice(
  name: string,
  devices: readonly DeviceDescription[],
  missing: ReturnType<typeof discoverDevices>['missing'],
): TuneError {
  const known = devices.map(({ id }) => id).join(', ');
  const hints = name.startsWith('cuda')
    ? missing.map(({ what, remedy }) => `; ${what}: ${remedy}`).join('')
    : '';
  return new TuneError(`Expected one of ${known} for --device but received "${name}"${hints}`);
}

function requireCompiler({ target }: DeviceDescription): Promise<unknown> {
  return target.kind === 'cuda' ? findNvcc(`sm_${target.computeCapability}`) : findCxx();
}

/** One line per device and per part that is missing. */
export async function describeDevices(): Promise<string> {
  const { devices, missing } = discoverDevices();
  const lines = await Promise.all(devices.map(deviceLine));
  return [...lines, ...missing.map(({ what, remedy }) => `missing: ${what}; remedy: ${remedy}`)].join('\n');
}

async function deviceLine(device: DeviceDescription): Promise<string> {
  const { id, name, target, processors, memoryBytes } = device;
  const kind =
    target.kind === 'cuda'
      ? `sm_${target.computeCapability}, ${processors} SMs`
      : `${processors} threads, ${target.isas.join(' ')}`;
  const compiler = await requireCompiler(device).then(
    () => 'ready to tune',
    (error: unknown) => (error as Error).message,
  );
  return `${id}: ${name}, ${kind}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB: ${compiler}`;
}
