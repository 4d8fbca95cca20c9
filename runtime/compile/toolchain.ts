/** Finds the compilers of this machine: nvcc for CUDA kernels, a C++20 compiler for CPU kernels. */
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { runProcess } from './run-process.js';
import { ToolMissing } from './tool-missing.js';

export interface Compiler {
  readonly tool: 'nvcc' | 'c++';
  /** Absolute path. */
  readonly path: string;
  readonly major: number;
  readonly minor: number;
  /** The line that identifies the build exactly; part of cache keys and provenance. */
  readonly versionText: string;
}

/** The oldest nvcc that compiles the templates (C++20 in device code). */
const oldestNvcc = { major: 12, minor: 0 } as const;
/** Compute capabilities times ten that need a newer nvcc than that (CUDA release notes). */
const neededFor: Readonly<Record<number, { readonly major: number; readonly minor: number }>> = {
  100: { major: 12, minor: 8 },
  120: { major: 12, minor: 8 },
};
const oldestCxx = { g: 10, clang: 10 } as const;
const versionTimeoutMs = 20_000;

/**
 * Looks in $CUDA_HOME, $CUDA_PATH, $PATH and /usr/local/cuda.
 * @throws ToolMissing when there is none, it does not run, or it is older than `arch` needs.
 */
export async function findNvcc(arch = 'sm_80', env: NodeJS.ProcessEnv = process.env): Promise<Compiler> {
  const homes = [env['CUDA_HOME'], env['CUDA_PATH']].filter((home) => home !== undefined && home !== '');
  const candidates = [
    ...homes.map((home) => join(home!, 'bin', 'nvcc')),
    ...onPath('nvcc', env),
    '/usr/local/cuda/bin/nvcc',
  ];
  const install = 'install the CUDA Toolkit 12.0 or newer and put nvcc on PATH, or set CUDA_HOME to it';
  const path = await firstExecutable(candidates);
  if (path === undefined) {
    throw new ToolMissing(
      'nvcc',
      'Expected nvcc on PATH, in CUDA_HOME or in /usr/local/cuda but received none',
      install,
    );
  }
  const text = await versionOutput('nvcc', path, install);
  const match = /release (\d+)\.(\d+), (V[\d.]+)/.exec(text);
  if (match === null) {
    throw new ToolMissing(
      'nvcc',
      `Expected a version from ${path} --version but received "${text.trim()}"`,
      install,
    );
  }
  const nvcc = {
    tool: 'nvcc',
    path,
    major: Number(match[1]),
    minor: Number(match[2]),
    versionText: `nvcc ${match[3]!}`,
  } as const;
  requireNvcc(nvcc, arch, install);
  return nvcc;
}

/** @throws ToolMissing when `nvcc` is too old for `arch`. */
function requireNvcc(nvcc: Compiler, arch: string, install: string): void {
  const needed = neededFor[Number(/^sm_(\d+)/.exec(arch)?.[1])] ?? oldestNvcc;
  if (nvcc.major > needed.major || (nvcc.major === needed.major && nvcc.minor >= needed.minor)) return;
  throw new ToolMissing(
    'nvcc',
    `Expected nvcc ${needed.major}.${needed.minor} or newer for ${arch} but received ${nvcc.major}.${nvcc.minor} (${nvcc.path})`,
    install,
  );
}

/**
 * Takes $CXX when it is set, else the first of c++, g++ and clang++ on $PATH.
 * @throws ToolMissing when there is none, it does not run, or it is too old for C++20.
 */
export async function findCxx(env: NodeJS.ProcessEnv = process.env): Promise<Compiler> {
  const install =
    'install g++ 10 or clang 10 or newer (Debian, Ubuntu: apt-get install g++), or set CXX to one';
  const chosen = env['CXX'] ?? '';
  const names = chosen === '' ? ['c++', 'g++', 'clang++'] : [chosen];
  const candidates = names.flatMap((name) => (isAbsolute(name) ? [name] : onPath(name, env)));
  const path = await firstExecutable(candidates);
  if (path === undefined) {
    const received = chosen === '' ? 'none' : `CXX=${chosen}, which is not an executable`;
    throw new ToolMissing(
      'c++',
      `Expected a C++ compiler (${names.join(', ')}) but received ${received}`,
      install,
    );
  }
  return cxxVersion(path, await versionOutput('c++', path, install), install);
}

function cxxVersion(path: string, text: string, install: string): Compiler {
  const first = text.split('\n')[0]!.trim();
  const clang = /clang version (\d+)\.(\d+)/.exec(first);
  const match = clang ?? /(\d+)\.(\d+)(?:\.\d+)?\s*(?:\d{8}.*)?$/.exec(first);
  if (match === null) {
    throw new ToolMissing(
      'c++',
      `Expected a version from ${path} --version but received "${first}"`,
      install,
    );
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const oldest = clang === null ? oldestCxx.g : oldestCxx.clang;
  if (major < oldest) {
    throw new ToolMissing(
      'c++',
      `Expected a C++20 compiler (version ${oldest} or newer) but received "${first}"`,
      install,
    );
  }
  return { tool: 'c++', path, major, minor, versionText: first };
}

function onPath(name: string, env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
}

async function firstExecutable(candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not here, or not executable: the next one.
    }
  }
  return undefined;
}

async function versionOutput(tool: 'nvcc' | 'c++', path: string, install: string): Promise<string> {
  const end = await runProcess(path, ['--version'], { timeoutMs: versionTimeoutMs });
  if (end.kind === 'exit' && end.status === 0) return end.stdout;
  const how = end.kind === 'exit' ? `exit status ${end.status}` : end.kind;
  throw new ToolMissing(tool, `Expected ${path} --version to succeed but received ${how}`, install, {
    cause: end.kind === 'not_started' ? end.error : undefined,
  });
}
