/** Compiles the SIMT machine's runner and kernels for it with the system's C++ compiler. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { templatesDirectory } from '../../generator/index.js';
import { projectFiles } from '../support/files.js';
import { projectPath } from '../support/paths.js';
import { runCommand } from '../support/run-command.js';
import { SimtError } from './simt-error.js';

export const defaultCompiler = process.env['CXX'] ?? 'g++';

const includePath = projectPath('test', 'simt', 'include');
const buildDirectory = projectPath('build', 'simt');
const standard = ['-std=c++20', `-I${includePath}`];
/** Of a switch between fibers, _FORTIFY_SOURCE would say that it jumps to a stack that is gone. */
const runnerFlags = ['-O1', '-U_FORTIFY_SOURCE', '-rdynamic'];
/** What is undefined in C++ and wrong on a GPU stops the kernel. */
const kernelFlags = [
  '-x',
  'c++',
  '-O1',
  '-fPIC',
  '-shared',
  '-fsanitize=alignment,bounds,shift,integer-divide-by-zero',
  '-fsanitize-undefined-trap-on-error',
  '-Wno-unknown-pragmas',
];

let runner: Promise<string> | undefined;

/**
 * Path of the runner, built at most once for each state of its sources.
 * Rejects with SimtError when it does not compile.
 */
export function simtRunner(): Promise<string> {
  runner ??= buildRunner();
  return runner;
}

async function buildRunner(): Promise<string> {
  const files = projectFiles('test/simt', ['.h', '.cc']);
  const hash = createHash('sha256').update([defaultCompiler, ...runnerFlags].join(' '));
  for (const file of files) hash.update(file).update(readFileSync(projectPath(file)));
  const path = join(buildDirectory, `runner-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(path)) return path;
  await mkdir(buildDirectory, { recursive: true });
  const sources = files.filter((file) => file.endsWith('.cc')).map((file) => projectPath(file));
  const unfinished = `${path}.${process.pid}.tmp`;
  const args = [...standard, ...runnerFlags, ...sources, '-o', unfinished, '-ldl'];
  const { status, stderr } = await runCommand(defaultCompiler, args, { timeoutMs: 240_000 });
  if (status !== 0) throw new SimtError('build', stderr, `${defaultCompiler} cannot build the SIMT runner`);
  await rename(unfinished, path);
  return path;
}

/**
 * Compiles CUDA source that defines `extern "C" __global__ void symbol(...)` and returns the shared object's path in
 * `directory`. Rejects with SimtError when it does not compile.
 */
export async function compileForSimt(
  source: string,
  symbol: string,
  directory: string,
  compiler = defaultCompiler,
): Promise<string> {
  const file = join(directory, `${symbol}.cu`);
  const library = join(directory, `${symbol}.so`);
  await writeFile(file, `${source}\n#include "simt/launch.h"\nSIMT_KERNEL(${symbol})\n`);
  const templates = join(templatesDirectory(), 'cuda', 'include');
  const args = [...standard, `-I${templates}`, ...kernelFlags, file, '-o', library];
  const { status, stderr } = await runCommand(compiler, args, { timeoutMs: 240_000 });
  if (status !== 0) throw new SimtError('compile', stderr, `${compiler} does not compile ${symbol}`);
  return library;
}
