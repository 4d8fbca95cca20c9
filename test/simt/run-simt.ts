/** Runs CUDA kernels on the SIMT machine: in a process of its own, so that a kernel can do no harm. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type {
  BufferRole,
  GeneratedKernel,
  KernelArgument,
  LaunchGeometry,
  ScalarRole,
} from '../../generator/index.js';
import { runCommand } from '../support/run-command.js';
import {
  decodeResults,
  encodeCases,
  type SimtArgument,
  type SimtCase,
  type SimtResult,
} from './case-file.js';
import { SimtError } from './simt-error.js';
import { compileForSimt, simtRunner } from './toolchain.js';

/** One problem for a generated kernel. */
export interface KernelCase extends Pick<SimtCase, 'seed' | 'resident' | 'launches'> {
  /** The workspace may be left out: it is as large as the geometry says, and zero. */
  readonly buffers: Readonly<Partial<Record<BufferRole, Uint8Array>>>;
  readonly scalars: Readonly<Partial<Record<ScalarRole, number>>>;
  readonly geometry: LaunchGeometry;
}

/**
 * Compiles a generated kernel once and runs all cases: what each launch left in y and the workspace, [case][launch].
 * Rejects with SimtError when the kernel does not compile, breaks a rule of the machine (a thread that waits for ever,
 * a warp operation without all its lanes, an access out of bounds, a write to an input) or takes over a minute.
 */
export function runSimt(
  kernel: GeneratedKernel,
  cases: readonly KernelCase[],
  compiler?: string,
): Promise<SimtResult[][]> {
  const { symbol, args } = kernel.manifest;
  const bound = cases.map((each) => ({
    ...each,
    ...each.geometry,
    args: args.map((argument) => bindArgument(argument, each)),
  }));
  return runSource(kernel.source, symbol, bound, compiler);
}

function bindArgument(argument: KernelArgument, { buffers, scalars, geometry }: KernelCase): SimtArgument {
  const { role } = argument;
  if (argument.kind === 'scalar') {
    const value = scalars[argument.role];
    if (value === undefined) throw new TypeError(`Expected a number for ${role} but received none`);
    return { kind: 'scalar', value };
  }
  const fallback = role === 'workspace' ? new Uint8Array(geometry.workspaceBytes) : undefined;
  const data = buffers[argument.role] ?? fallback;
  if (data === undefined) throw new TypeError(`Expected a buffer for ${role} but received none`);
  const access = role === 'y' ? 'output' : role === 'workspace' ? 'persistent' : 'read';
  return { kind: 'buffer', name: role, access, alignment: argument.alignment, data };
}

/** The same for hand-written source that defines `extern "C" __global__ void symbol(...)`. */
export async function runSource(
  source: string,
  symbol: string,
  cases: readonly SimtCase[],
  compiler?: string,
): Promise<SimtResult[][]> {
  return inScratchDirectory(async (directory) => {
    const library = await compileForSimt(source, symbol, directory, compiler);
    return runLibrary(library, cases);
  });
}

/** The same for what compileForSimt made. */
export async function runLibrary(library: string, cases: readonly SimtCase[]): Promise<SimtResult[][]> {
  const runner = await simtRunner();
  return inScratchDirectory(async (directory) => {
    const casePath = join(directory, 'cases');
    const resultPath = join(directory, 'results');
    await writeFile(casePath, encodeCases(cases));
    const { status, signal, stderr } = await runCommand(runner, [library, casePath, resultPath]);
    if (status !== 0) {
      const how = signal === null ? `with status ${status ?? 'unknown'}` : `by ${signal}`;
      throw new SimtError('run', stderr, `${basename(library)} ended ${how}`);
    }
    return decodeResults(cases, await readFile(resultPath));
  });
}

async function inScratchDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'gqs-simt-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
