/** Ours and every peer that is here on the same products, one after another, under one protocol. */
import { join } from 'node:path';
import { defaultOutput, tokenCounts, type Problem } from '../../generator/index.js';
import {
  defaultCacheDirectory,
  findCxx,
  withBuildFolder,
  type Compiler,
  type DeviceDescription,
  type RowDistribution,
} from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import { MeasureProcess } from '../measure/supervisor.js';
import { projectRoot, sourceRevision } from '../pipeline/project.js';
import { stableJson, writeFileAtomic } from '../results/index.js';
import { benchVersion, type BenchFile } from './bench-file.js';
import { failed, type Contest, type ContestResult } from './contest.js';
import {
  ggml,
  marlin,
  runNativePeer,
  sparseMarlin,
  type NativePaths,
  type NativePeer,
} from './native-peers.js';
import { benchSeed, timeDense, timeOurs, type OurOptions } from './our-kernels.js';
import { runTorchPeer, torchPeers } from './torch-peers.js';
import { writeBenchReport } from './write-bench-report.js';

export interface BenchOptions {
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  readonly contest: Omit<Contest, 'rotationBytes'>;
  readonly density: number;
  readonly rows: RowDistribution;
  readonly python: string;
  readonly ggml?: string;
  readonly ggmlBuild?: string;
  readonly marlin?: string;
  readonly sparseMarlin?: string;
  readonly results: string;
  readonly out: string;
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longest that a peer may take for one product, its build included. */
const peerTimeoutMs = 240_000;
const format = { bits: 4, groupSize: 16 } as const;

/** Returns the files written. What was measured is kept after every contender. @throws MeasureError, ResultsError */
export async function runBench(options: BenchOptions): Promise<string[]> {
  const { device, signal } = options;
  const measure = new MeasureProcess(device.id);
  const onAbort = (): void => {
    measure.close();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const pool = new CompilePool({ signal });
  try {
    const bandwidth = await measure.bandwidth();
    const contest: Contest = { ...options.contest, rotationBytes: 3 * cacheBytes(device) };
    const bench = new Bench(options, contest, bandwidth, await sourceRevision());
    await runOurs(bench, pool, measure);
    await runPeers(bench);
    return await bench.save();
  } finally {
    signal.removeEventListener('abort', onAbort);
    measure.close();
    await pool.close();
  }
}

/** The results so far. */
class Bench {
  readonly file: BenchFile;

  constructor(
    readonly options: BenchOptions,
    readonly contest: Contest,
    bandwidth: number,
    commit: string | null,
  ) {
    const { device, compiler, command, density, rows } = options;
    this.file = {
      schemaVersion: benchVersion,
      device: device.name,
      driver: device.driver ?? null,
      compiler: compiler.versionText,
      commit,
      command,
      timestamp: new Date().toISOString(),
      bandwidthGbPerSecond: bandwidth / 1e9,
      density,
      rows,
      rotationBytes: contest.rotationBytes,
      sampleUs: contest.sampleUs,
      measurements: [],
      failures: [],
    };
  }

  add(results: readonly ContestResult[]): void {
    for (const result of results) {
      if (result.kind === 'measured') {
        const { contender, n, k, m, medianUs } = result.measurement;
        this.file.measurements.push(result.measurement);
        this.options.say(`${contender}, ${n} x ${k}, m = ${m}: ${medianUs.toFixed(2)} us`);
      } else {
        const { contender, shape, reason } = result.failure;
        const where = shape === undefined ? '' : `, ${shape.n} x ${shape.k}, m = ${shape.m}`;
        this.file.failures.push(result.failure);
        this.options.say(`${contender}${where}: not measured: ${reason}`);
      }
    }
  }

  async save(): Promise<string[]> {
    const path = join(this.options.out, 'bench-gemv.json');
    await writeFileAtomic(path, stableJson(this.file));
    return [path, ...(await writeBenchReport(this.file, this.options.out))];
  }
}

async function runOurs(bench: Bench, pool: CompilePool, measure: MeasureProcess): Promise<void> {
  const { device, density, rows, results, signal } = bench.options;
  const ours: OurOptions = { target: device.target, pool, measure, results, rows, seed: benchSeed };
  const activations = device.kind === 'cuda' ? (['f16', 'i8'] as const) : (['f32', 'i8'] as const);
  for (const m of bench.contest.tokens) {
    const ourM = tokenCounts.find((count) => count === m);
    if (ourM === undefined) {
      bench.add([failed('GQS', `there are no kernels for m = ${m}, only for ${tokenCounts.join(', ')}`)]);
      continue;
    }
    for (const { n, k } of bench.contest.shapes) {
      for (const activation of activations) {
        for (const kept of density === 1 ? [1] : [density, 1]) {
          signal.throwIfAborted();
          const problem = problemOf(device.kind, n, k, ourM, activation, kept);
          bench.add([await timeOurs(ourName(activation, kept), problem, bench.contest, ours)]);
        }
      }
      const dense = problemOf(device.kind, n, k, ourM, activations[0], 1);
      bench.add([await timeDense(`GQS dense ${activations[0]}`, dense, bench.contest, ours)]);
      await bench.save();
    }
  }
}

/** `GQS W4 G16, density 0.5, f16 x` */
export function ourName(activation: Problem['activation'], density: number): string {
  return `GQS W${format.bits} G${format.groupSize}, density ${density}, ${activation} x`;
}

function problemOf(
  target: 'cuda' | 'cpu',
  n: number,
  k: number,
  m: Problem['m'],
  activation: Problem['activation'],
  density: number,
): Problem {
  const output = defaultOutput(target, activation);
  return { op: 'gemv', n, k, m, ...format, density, activation, output, epilogue: 'none' };
}

async function runPeers(bench: Bench): Promise<void> {
  const { options, contest } = bench;
  const programs = join(projectRoot(), 'autotune', 'bench', 'peers');
  const { device, python, signal } = options;
  if (device.target.kind !== 'cuda') {
    bench.add([failed('GPU peers', 'cuBLAS, cuSPARSELt, tinygemm, ggml and Marlin need a CUDA device')]);
    return;
  }
  const products = contest.shapes.length * contest.tokens.length;
  for (const peer of torchPeers) {
    bench.add(
      await runTorchPeer(peer, contest, { python, programs, timeoutMs: products * peerTimeoutMs, signal }),
    );
    await bench.save();
  }
  const paths: NativePaths = {
    programs,
    nvcc: options.compiler.path,
    cxx: (await findCxx()).path,
    arch: `sm_${device.target.computeCapability}`,
  };
  for (const peer of nativePeers(options, paths)) {
    const results =
      'reason' in peer
        ? [failed(peer.name, peer.reason)]
        : await withBuildFolder(defaultCacheDirectory(), (folder) =>
            runNativePeer(peer, contest, { folder, timeoutMs: peerTimeoutMs, signal }),
          );
    bench.add(results);
    await bench.save();
  }
}

function nativePeers(
  options: BenchOptions,
  paths: NativePaths,
): (NativePeer | { readonly name: string; readonly reason: string })[] {
  const { ggml: source, ggmlBuild } = options;
  const missing = (name: string, option: string) => ({
    name,
    reason: `its source was not given (${option})`,
  });
  return [
    ...(source === undefined || ggmlBuild === undefined
      ? [missing('ggml', '--ggml and --ggml-build')]
      : ggml(source, ggmlBuild, paths)),
    options.sparseMarlin === undefined
      ? missing('Sparse-Marlin', '--sparse-marlin')
      : sparseMarlin(options.sparseMarlin, paths),
    options.marlin === undefined ? missing('Marlin', '--marlin') : marlin(options.marlin, paths),
  ];
}

function cacheBytes({ target }: DeviceDescription): number {
  return target.kind === 'cuda' ? target.l2Bytes : target.llcBytes;
}
