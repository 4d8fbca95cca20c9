/** Every peer that is here, one after another, on what it has no time for yet; one that is missing says so. */
import { join } from 'node:path';
import {
  defaultCacheDirectory,
  findCxx,
  ToolMissing,
  withBuildFolder,
  type Compiler,
  type DeviceDescription,
} from '../../runtime/index.js';
import { projectRoot } from '../pipeline/project.js';
import type { BenchRecord } from './bench-record.js';
import { failed, type Contest } from './contest.js';
import {
  ggml,
  ggmlName,
  ggmlTypes,
  marlin,
  runNativePeer,
  sparseMarlin,
  type NativePaths,
  type NativePeer,
} from './native-peers.js';
import { runTorchPeer, torchPeers } from './torch-peers.js';

/** Where peers are. */
export interface PeerSources {
  readonly python: string;
  readonly ggml?: string;
  readonly ggmlBuild?: string;
  readonly marlin?: string;
  readonly sparseMarlin?: string;
}

export interface PeerOptions {
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  readonly peers: PeerSources;
  readonly signal: AbortSignal;
}

/** Longest that a peer may take for one product, and to build. */
const timeoutMs = 240_000;
const buildTimeoutMs = 600_000;

/** @throws ResultsError, the signal's reason */
export async function runPeers(record: BenchRecord, contest: Contest, options: PeerOptions): Promise<void> {
  const { device, compiler, peers, signal } = options;
  if (device.target.kind !== 'cuda') {
    await record.add([
      failed('GPU peers', 'cuBLAS, cuSPARSELt, tinygemm, ggml and Marlin need a CUDA device'),
    ]);
    return;
  }
  const programs = join(projectRoot(), 'autotune', 'bench', 'peers');
  const left = (name: string): Contest => ({ ...contest, products: record.left(name, contest.products) });
  for (const peer of torchPeers) {
    const own = left(peer.name);
    if (own.products.length === 0) continue;
    const torch = { python: peers.python, programs, timeoutMs, signal };
    await record.add(await runTorchPeer(peer, own, torch));
  }
  const arch = `sm_${device.target.computeCapability}`;
  for (const peer of await nativePeers(peers, { programs, nvcc: compiler.path, arch })) {
    const own = left(peer.name);
    if (own.products.length === 0) continue;
    const results =
      'reason' in peer
        ? [failed(peer.name, peer.reason)]
        : await withBuildFolder(defaultCacheDirectory(), (folder) =>
            runNativePeer(peer, own, { folder, buildTimeoutMs, timeoutMs, signal }),
          );
    await record.add(results);
  }
}

interface MissingPeer {
  readonly name: string;
  readonly reason: string;
}

async function nativePeers(sources: PeerSources, paths: NativePaths): Promise<(NativePeer | MissingPeer)[]> {
  return [
    ...(await ggmlPeers(sources, paths)),
    sources.sparseMarlin === undefined
      ? missing('Sparse-Marlin', '--sparse-marlin')
      : sparseMarlin(sources.sparseMarlin, paths),
    sources.marlin === undefined ? missing('Marlin', '--marlin') : marlin(sources.marlin, paths),
  ];
}

async function ggmlPeers(
  { ggml: source, ggmlBuild }: PeerSources,
  paths: NativePaths,
): Promise<(NativePeer | MissingPeer)[]> {
  const names = Object.keys(ggmlTypes).map(ggmlName);
  if (source === undefined || ggmlBuild === undefined)
    return names.map((name) => missing(name, '--ggml and --ggml-build'));
  try {
    const { path } = await findCxx();
    return ggml(source, ggmlBuild, path, paths);
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    return names.map((name) => ({ name, reason: error.message }));
  }
}

function missing(name: string, option: string): MissingPeer {
  return { name, reason: `its source was not given (${option})` };
}
