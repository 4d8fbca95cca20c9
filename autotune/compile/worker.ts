/** Entry of a worker of the compile pool: one task at a time, every outcome a value. */
import { BroadcastChannel } from 'node:worker_threads';
import { generate, GeneratorError } from '../../generator/index.js';
import {
  CompileCacheError,
  compileKernel,
  compilerFor,
  ToolMissing,
  type Compiler,
} from '../../runtime/index.js';
import type { CompileResult, CompileSettings, CompileTask } from './task.js';

export interface WorkerMessage {
  readonly task: CompileTask;
  readonly settings: CompileSettings;
  /** Name of the broadcast channel on which the pool says that it is over. */
  readonly abortChannel: string;
  /** Shared memory: 1 once it is over. */
  readonly isOver: Int32Array;
}

const compilers = new Map<string, Promise<Compiler>>();
const aborts = new Map<string, AbortController>();

/** Generates and compiles. Never rejects. */
export default async function work(message: WorkerMessage): Promise<CompileResult> {
  const { signal } = abortOf(message);
  try {
    return await run(message, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'aborted' };
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof ToolMissing || error instanceof CompileCacheError)
      return { kind: 'broken', message: text };
    const unexpected = error instanceof GeneratorError ? text : `the generator failed: ${text}`;
    return { kind: 'failed', invalidity: 'compile', message: unexpected, diagnostics: [] };
  }
}

async function run({ task, settings }: WorkerMessage, signal: AbortSignal): Promise<CompileResult> {
  signal.throwIfAborted();
  const kernel = generate(task.traits, task.variant, task.arch);
  const compiler = await compilerOf(task.arch);
  const outcome = await compileKernel(kernel, { ...settings, compiler, signal });
  if (!outcome.ok) {
    const { invalidity, message, diagnostics } = outcome;
    return { kind: 'failed', invalidity, message, diagnostics };
  }
  const { binaryPath, seconds, cached, resources } = outcome;
  const compiled = {
    kind: 'compiled',
    manifest: kernel.manifest,
    fileName: kernel.fileName,
    binaryPath,
    seconds,
    cached,
  } as const;
  return resources === undefined ? compiled : { ...compiled, resources };
}

/** Looked for once per worker. */
function compilerOf(arch: string): Promise<Compiler> {
  const known = compilers.get(arch) ?? compilerFor(arch);
  compilers.set(arch, known);
  return known;
}

function abortOf({ abortChannel: name, isOver }: WorkerMessage): AbortController {
  let controller = aborts.get(name);
  if (controller === undefined) {
    controller = new AbortController();
    aborts.set(name, controller);
    listen(name, controller);
  }
  if (Atomics.load(isOver, 0) === 1) controller.abort();
  return controller;
}

function listen(name: string, controller: AbortController): void {
  const channel = new BroadcastChannel(name);
  channel.unref();
  channel.onmessage = () => {
    controller.abort();
  };
}
