/** Peers whose sources are given by path: compiled here, and run in a process per shape. */
import { join } from 'node:path';
import { runProcess, type ProcessEnd } from '../../runtime/index.js';
import type { Product } from './bench-file.js';
import { failed, measured, type Contest, type ContestResult } from './contest.js';
import { endReason } from './end-reason.js';
import { parsePeerLines } from './peer-lines.js';

/** How a peer's program is made and called. */
export interface NativePeer {
  readonly name: string;
  /** Compiler and arguments; the program's path is appended. */
  readonly build: readonly [command: string, ...args: string[]];
  /** What is said when the program does not build. */
  readonly remedy: string;
  /** Arguments behind those of the contest. */
  readonly args: readonly string[];
}

export interface NativePaths {
  readonly programs: string;
  readonly nvcc: string;
  /** 'sm_90', ... */
  readonly arch: string;
}

export function sparseMarlin(source: string, { programs, nvcc, arch }: NativePaths): NativePeer {
  const include = join(source, 'marlin');
  return {
    name: 'Sparse-Marlin',
    build: [
      nvcc,
      ...cudaFlags(arch),
      '-I',
      include,
      '-I',
      programs,
      join(programs, 'sparse_marlin_peer.cu'),
      '-o',
    ],
    remedy: '--sparse-marlin takes a checkout of IST-DASLab/Sparse-Marlin',
    args: [],
  };
}

export function marlin(source: string, { programs, nvcc, arch }: NativePaths): NativePeer {
  const include = join(source, 'marlin');
  return {
    name: 'Marlin',
    build: [nvcc, ...cudaFlags(arch), '-I', include, '-I', programs, join(programs, 'marlin_peer.cu'), '-o'],
    remedy: '--marlin takes a checkout of IST-DASLab/marlin',
    args: [],
  };
}

export const ggmlTypes = { Q4_0: 'q4_0', Q4_K: 'q4_K', Q2_K: 'q2_K' } as const;

export function ggmlName(type: string): string {
  return `ggml ${type}`;
}

/** `source`: a checkout of ggml. `built`: its CMake build folder, with the CUDA backend. `cxx`: a C++ compiler. */
export function ggml(source: string, built: string, cxx: string, { programs }: NativePaths): NativePeer[] {
  const libraries = [join(built, 'src'), join(built, 'src', 'ggml-cuda')];
  const link = libraries.flatMap((folder) => ['-L', folder, `-Wl,-rpath,${folder}`]);
  return Object.entries(ggmlTypes).map(([name, type]) => ({
    name: ggmlName(name),
    build: [
      ...([cxx, '-O2', '-std=c++17', '-I', join(source, 'include')] as const),
      ...[join(programs, 'ggml_peer.cpp'), '-Wl,--allow-shlib-undefined', ...link],
      ...['-lggml-cuda', '-lggml-base', '-o'],
    ],
    remedy:
      '--ggml takes a checkout of ggml-org/ggml and --ggml-build its build: cmake -S CHECKOUT -B BUILD -DGGML_CUDA=ON -DGGML_CUDA_GRAPHS=ON -DBUILD_SHARED_LIBS=ON && cmake --build BUILD',
    args: [type],
  }));
}

function cudaFlags(arch: string): string[] {
  return [`-arch=${arch}`, '-O3', '-std=c++17', '--expt-relaxed-constexpr', '-w'];
}

export interface NativeOptions {
  /** A folder for the program, there while it runs. */
  readonly folder: string;
  readonly buildTimeoutMs: number;
  /** Per product. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** @throws the signal's reason */
export async function runNativePeer(
  peer: NativePeer,
  contest: Contest,
  { folder, buildTimeoutMs, timeoutMs, signal }: NativeOptions,
): Promise<ContestResult[]> {
  const program = join(folder, peer.name.replace(/\W+/g, '_'));
  const [compiler, ...args] = peer.build;
  const built = await runProcess(compiler, [...args, program], { timeoutMs: buildTimeoutMs, signal });
  if (built.kind !== 'exit' || built.status !== 0) {
    return [failed(peer.name, `it does not build (${buildError(compiler, built)}); ${peer.remedy}`)];
  }
  const results: ContestResult[] = [];
  const { rotationBytes, sampleUs, samples } = contest;
  for (const { n, k, m } of contest.products) {
    const numbers = [n, k, m, rotationBytes, sampleUs, samples].map(String);
    const end = await runProcess(program, [...numbers, ...peer.args], { timeoutMs, signal });
    results.push(answerOf(peer.name, program, { n, k, m }, end));
  }
  return results;
}

function answerOf(name: string, program: string, shape: Product, end: ProcessEnd): ContestResult {
  const line = end.kind === 'exit' ? parsePeerLines(end.stdout).at(-1) : undefined;
  if (line === undefined) return failed(name, endReason(program, end), shape);
  if ('us' in line) return measured({ contender: name, ...shape }, line.us);
  return failed(name, 'failed' in line ? line.failed : line.missing, shape);
}

function buildError(compiler: string, end: ProcessEnd): string {
  if (end.kind !== 'exit') return endReason(compiler, end);
  const errors = end.stderr.split('\n').filter((line) => /error|cannot find|undefined reference/i.test(line));
  return errors[0]?.trim() ?? endReason(compiler, end);
}
