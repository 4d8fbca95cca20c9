/** What `gqs devices` prints. */
import type { Target } from '../generator/index.js';
import { findCxx, findNvcc, type Compiler } from './compile/toolchain.js';
import { ToolMissing } from './compile/tool-missing.js';
import { discoverDevices, type DeviceDescription, type MissingPart } from './discover.js';

interface Report {
  readonly devices: readonly DeviceDescription[];
  readonly compilers: readonly Compiler[];
  readonly missing: readonly MissingPart[];
}

/** Describes this machine's devices and compilers, as text or JSON, ending in a newline. Nothing is measured. */
export async function describeDevices(json: boolean): Promise<string> {
  const report = await collect();
  return json ? `${JSON.stringify(report, null, 2)}\n` : `${lines(report).join('\n')}\n`;
}

async function collect(): Promise<Report> {
  const { devices, missing } = discoverDevices();
  const found = await Promise.all([lookFor(findCxx), lookFor(findNvcc)]);
  const compilers = found.filter((tool): tool is Compiler => 'path' in tool);
  const absent = found.filter((tool): tool is MissingPart => 'what' in tool);
  return { devices, compilers, missing: [...missing, ...absent] };
}

async function lookFor(find: () => Promise<Compiler>): Promise<Compiler | MissingPart> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof ToolMissing) return { what: error.what, remedy: error.remedy };
    throw error;
  }
}

function lines({ devices, compilers, missing }: Report): string[] {
  return [
    'Devices',
    ...devices.flatMap(deviceLines),
    '',
    'Compilers',
    ...compilers.map(({ tool, versionText, path }) => `  ${tool.padEnd(7)} ${versionText} (${path})`),
    ...(compilers.length === 0 ? ['  none'] : []),
    ...(missing.length === 0 ? [] : ['', 'Missing']),
    ...missing.flatMap(({ what, remedy }) => [`  ${what}`, `    remedy: ${remedy}`]),
  ];
}

function deviceLines({ id, name, driver, target, processors, memoryBytes }: DeviceDescription): string[] {
  const facts = [...targetFacts(target, processors), `${gib(memoryBytes)} of memory`];
  const driverFact = driver === undefined ? [] : [`driver ${driver}`];
  return [`  ${id.padEnd(7)} ${name}`, ...[...facts, ...driverFact].map((fact) => `          ${fact}`)];
}

function targetFacts(target: Target, processors: number): string[] {
  switch (target.kind) {
    case 'cuda':
      return [
        `sm_${target.computeCapability}, ${processors} SMs, ${target.threadsPerSm} threads and ${target.registersPerSm} registers each`,
        `shared memory ${kib(target.sharedPerSm)} per SM, ${kib(target.sharedPerCta)} per CTA; L2 ${mib(target.l2Bytes)}`,
      ];
    case 'cpu':
      return [
        `${processors} threads on ${target.cores} cores; ${target.isas.join(', ')}`,
        `L2 ${kib(target.l2Bytes)} per core; last-level cache ${mib(target.llcBytes)}`,
      ];
  }
}

const kib = (bytes: number): string => `${round(bytes / 2 ** 10)} KiB`;
const mib = (bytes: number): string => `${round(bytes / 2 ** 20)} MiB`;
const gib = (bytes: number): string => `${round(bytes / 2 ** 30)} GiB`;
const round = (value: number): string => String(Math.round(value * 10) / 10);
