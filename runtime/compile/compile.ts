/** Compiles a generated kernel to what a device loads: a cubin for GPUs, a shared object for CPUs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cxxFlags, templatesDirectory, type CpuIsa, type GeneratedKernel } from '../../generator/index.js';
import { cacheKey, defaultCacheDirectory, lookUp, publish, withBuildFolder, writeError } from './cache.js';
import { CompileCacheError } from './cache-error.js';
import { parseDiagnostics, summariseDiagnostics, type Diagnostic } from './diagnostics.js';
import { parseResources, type KernelResources } from './resources.js';
import { runProcess, type ProcessEnd } from './run-process.js';
import { ToolMissing } from './tool-missing.js';
import { findCxx, findNvcc, type Compiler } from './toolchain.js';

export interface CompileOptions {
  readonly cacheDirectory?: string;
  /** Milliseconds for one compilation; 120,000 unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Compiler to use; found on this machine unless given. */
  readonly compiler?: Compiler;
}

export type CompileOutcome =
  | {
      readonly ok: true;
      /** Absolute path of a .cubin or .so in the cache. */
      readonly binaryPath: string;
      /** What the compilation took, also when it was another process that did it. */
      readonly seconds: number;
      readonly cached: boolean;
      /** GPUs only. */
      readonly resources?: KernelResources;
    }
  | {
      readonly ok: false;
      readonly invalidity: 'compile' | 'timeout';
      readonly message: string;
      readonly diagnostics: readonly Diagnostic[];
    };

const defaultTimeoutMs = 120_000;
/** What nvcc says without the C++ compiler that it needs for host code, on every source alike. */
const hostCompilerMissing = /Failed to preprocess host compiler properties|Cannot find compiler/;
const noHostCompiler = 'Expected a C++ compiler on PATH for nvcc to work with but received none that runs';
const hostCompilerRemedy = 'install g++ (Debian, Ubuntu: apt-get install g++), or put it on PATH';

/**
 * A source that does not compile is an outcome, not an exception.
 * @throws ToolMissing without a compiler, CompileCacheError when the cache cannot be written, the signal's reason when aborted.
 */
export async function compileKernel(
  kernel: GeneratedKernel,
  options: CompileOptions = {},
): Promise<CompileOutcome> {
  const { arch, hash } = kernel.manifest;
  const directory = options.cacheDirectory ?? defaultCacheDirectory();
  const compiler = options.compiler ?? (await compilerFor(arch));
  const flags = compilerFlags(arch);
  const key = cacheKey([hash, kernel.fileName, kernel.source, compiler.versionText, ...flags]);
  const binaryName = compiler.tool === 'nvcc' ? 'kernel.cubin' : 'kernel.so';
  const found = await lookUp(directory, key, binaryName);
  if (found !== undefined) return succeeded(found, true);
  return withBuildFolder(directory, async (folder) => {
    const started = performance.now();
    const end = await runCompiler(kernel, compiler, flags, { directory, folder, binaryName, options });
    if (end.kind !== 'exit' || end.status !== 0) return failed(end, directory);
    const seconds = (performance.now() - started) / 1000;
    const resources =
      compiler.tool === 'nvcc' ? parseResources(end.stderr, kernel.manifest.symbol) : undefined;
    return succeeded(await publish(directory, key, folder, binaryName, { seconds, resources }), false);
  });
}

/** The compiler that builds for 'sm_XX' or a CPU instruction set. @throws ToolMissing */
export async function compilerFor(arch: string): Promise<Compiler> {
  return isCuda(arch) ? findNvcc(arch) : findCxx();
}

/** Flags that decide what the binary is; paths of single files are left out, so that they may be part of a cache key. */
export function compilerFlags(arch: string): string[] {
  if (isCuda(arch)) return ['-cubin', `-arch=${arch}`, '-std=c++20', '-O3', '-Xptxas', '-v'];
  return ['-std=c++20', '-O3', '-shared', '-fPIC', ...cxxFlags(arch as CpuIsa)];
}

interface CompilerRun {
  readonly directory: string;
  readonly folder: string;
  readonly binaryName: string;
  readonly options: CompileOptions;
}

async function runCompiler(
  kernel: GeneratedKernel,
  compiler: Compiler,
  flags: readonly string[],
  { directory, folder, binaryName, options }: CompilerRun,
): Promise<ProcessEnd> {
  try {
    await writeFile(join(folder, kernel.fileName), kernel.source);
  } catch (error) {
    throw writeError(directory, error);
  }
  const include = join(templatesDirectory(), compiler.tool === 'nvcc' ? 'cuda' : 'cpu', 'include');
  return runProcess(compiler.path, [...flags, '-I', include, kernel.fileName, '-o', binaryName], {
    cwd: folder,
    // Intermediate files go away with the folder; messages are parsed, so they have to be in English.
    env: { ...process.env, TMPDIR: folder, LC_ALL: 'C' },
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    signal: options.signal,
  });
}

function succeeded(
  { binaryPath, record }: Awaited<ReturnType<typeof publish>>,
  cached: boolean,
): CompileOutcome {
  const { seconds, resources } = record;
  return { ok: true, binaryPath, seconds, cached, ...(resources === undefined ? {} : { resources }) };
}

/** @throws CompileCacheError when it was the disk that failed and not the source. */
function failed(end: ProcessEnd, directory: string): CompileOutcome {
  const failure = { ok: false, invalidity: 'compile', diagnostics: [] } as const;
  switch (end.kind) {
    case 'timeout':
      return { ...failure, invalidity: 'timeout', message: 'the compiler exceeded its time limit' };
    case 'not_started':
      return { ...failure, message: `the compiler did not start: ${end.error.message}` };
    case 'signal':
      return { ...failure, message: `the compiler was ended by ${end.signal}` };
    case 'exit': {
      const output = `${end.stderr}\n${end.stdout}`;
      if (output.includes('No space left on device')) throw new CompileCacheError(directory, 'ENOSPC');
      if (hostCompilerMissing.test(output)) throw new ToolMissing('c++', noHostCompiler, hostCompilerRemedy);
      const diagnostics = parseDiagnostics(output);
      return { ...failure, message: summariseDiagnostics(diagnostics, output), diagnostics };
    }
  }
}

function isCuda(arch: string): boolean {
  return arch.startsWith('sm_');
}
