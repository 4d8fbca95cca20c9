/** Times candidates in turns, so that drifts of clocks and temperature meet all of them alike. */
import { launchGeometry, type BufferRole, type KernelManifest } from '../../generator/index.js';
import {
  activationBytes,
  bindLaunch,
  elementBytes,
  type BufferSlice,
  type Device,
  type DeviceBuffer,
  type Graph,
  type Launch,
  type Module,
} from '../../runtime/index.js';
import { decode } from './elements.js';
import { packingKey, type WeightBuffers, type WeightCache } from './packed-weights.js';
import type { ProblemData } from './problem-data.js';
import type { Alive } from './row-blocks.js';
import type { Candidate, Sample, TimeResult, TimingProtocol } from './protocol.js';
import { compare, tolerance } from './tolerance.js';

/** A candidate with everything it needs to be timed. */
class TimedCandidate {
  readonly samples: Sample[] = [];

  private constructor(
    readonly manifest: KernelManifest,
    readonly bytes: number,
    readonly data: ProblemData,
    private readonly device: Device,
    private readonly module: Module,
    private readonly graph: Graph,
    private readonly launches: number,
    private readonly y: DeviceBuffer,
    private readonly owned: readonly DeviceBuffer[],
  ) {}

  static async create(
    device: Device,
    { manifest, binaryPath }: Candidate,
    data: ProblemData,
    weights: WeightCache,
    pinned: ReadonlySet<string>,
    protocol: TimingProtocol,
    alive: Alive,
  ): Promise<TimedCandidate> {
    const { n, k, groups } = data.matrix;
    const geometry = launchGeometry(manifest, { n, k, groups: groups.length }, device.description);
    const count = (bytes: number): number => (protocol.cache === 'hot' ? 1 : coldCopies(device, bytes));
    const { host, copies } = await weights.copies(manifest, geometry.parts, { count, pinned, alive });
    const owned: DeviceBuffer[] = [];
    const given: Partial<Record<BufferRole, BufferSlice>> = {};
    for (const [role, bytes] of Object.entries(data.inputs)) {
      given[role as BufferRole] = { buffer: await filled(device, bytes as Uint8Array, owned) };
    }
    const y = device.allocate(data.traits.m * n * elementBytes(data.traits.output));
    const workspace = device.allocate(Math.max(1, geometry.workspaceBytes));
    await workspace.fill(0);
    owned.push(y, workspace);
    const module = device.loadModule(binaryPath);
    const kernel = module.kernel(manifest.symbol);
    const shape = { n, k, units: host.units };
    const launch = (copy: WeightBuffers) =>
      bindLaunch(
        manifest,
        kernel,
        { ...given, ...copy, y: { buffer: y }, workspace: { buffer: workspace } },
        shape,
        geometry,
      );
    const round = copies.map(launch);
    const { graph, launches } = await graphOf(device, round, protocol.sampleUs);
    const bytes = host.bytes + activationBytes(data.traits, n, k);
    return new TimedCandidate(manifest, bytes, data, device, module, graph, launches, y, owned);
  }

  async sample(): Promise<void> {
    const [ms] = await this.graph.time(1);
    const { smMhz, memoryMhz } = this.device.clocks();
    const us = (ms! * 1000) / this.launches;
    this.samples.push({
      us,
      ...(smMhz === undefined ? {} : { smMhz }),
      ...(memoryMhz === undefined ? {} : { memoryMhz }),
    });
  }

  /** Whether the timed launches, back to back as they were, still give the right result. */
  async finish(alive: Alive): Promise<TimeResult> {
    await this.y.fill(0xff);
    await this.graph.replay(1);
    await this.device.synchronize();
    const y = decode(await this.y.read(), this.manifest.traits.output);
    const reference = await this.data.reference(this.manifest.layout, alive);
    const compared = compare(y, reference, tolerance(this.manifest));
    if (!compared.ok)
      return { ok: false, invalidity: 'correctness', message: `back to back: ${compared.message}` };
    return { ok: true, samples: this.samples, bytes: this.bytes };
  }

  free(): void {
    this.graph.destroy();
    this.module.unload();
    for (const buffer of this.owned) buffer.free();
  }
}

/**
 * One sample of each candidate per round. `alive(index)` is called whenever a candidate's turn comes, and while the
 * host works on its data. Throws what the device reports.
 */
export async function timeInterleaved(
  device: Device,
  candidates: readonly Candidate[],
  dataOf: (manifest: KernelManifest) => ProblemData,
  weights: WeightCache,
  protocol: TimingProtocol,
  alive: (candidate: number) => Promise<void>,
): Promise<TimeResult[]> {
  const timed: TimedCandidate[] = [];
  const pinned = new Set<string>();
  try {
    for (const [index, candidate] of candidates.entries()) {
      await alive(index);
      const data = dataOf(candidate.manifest);
      pinned.add(keyOf(device, candidate.manifest, data));
      timed.push(
        await TimedCandidate.create(device, candidate, data, weights, pinned, protocol, () => alive(index)),
      );
    }
    for (let round = 0; round < protocol.samples; round++) {
      for (const [index, candidate] of timed.entries()) {
        await alive(index);
        await candidate.sample();
      }
    }
    const results: TimeResult[] = [];
    for (const [index, candidate] of timed.entries()) {
      await alive(index);
      results.push(await candidate.finish(() => alive(index)));
    }
    return results;
  } finally {
    for (const candidate of timed) candidate.free();
  }
}

/** Of weights of a few kilobytes, which would otherwise take minutes to copy. */
const mostCopies = 8192;

/** Copies that exceed the last-level cache threefold, or as many as are made at most. */
function coldCopies(device: Device, bytes: number): number {
  const { target } = device.description;
  const cache = target.kind === 'cuda' ? target.l2Bytes : target.llcBytes;
  return Math.min(mostCopies, Math.max(1, Math.ceil((3 * cache) / Math.max(1, bytes))));
}

function keyOf(device: Device, manifest: KernelManifest, { matrix }: ProblemData): string {
  const shape = { n: matrix.n, k: matrix.k, groups: matrix.groups.length };
  return packingKey(manifest, launchGeometry(manifest, shape, device.description).parts);
}

async function filled(device: Device, bytes: Uint8Array, owned: DeviceBuffer[]): Promise<DeviceBuffer> {
  const buffer = device.allocate(bytes.byteLength);
  owned.push(buffer);
  await buffer.write(bytes);
  return buffer;
}

/** A graph of whole rounds over the copies that takes at least `sampleUs`. */
async function graphOf(
  device: Device,
  round: readonly Launch[],
  sampleUs: number,
): Promise<{ graph: Graph; launches: number }> {
  const one = device.createGraph(round);
  const [ms] = await one.time(1);
  const repeats = Math.ceil(sampleUs / Math.max(1e-3, ms! * 1000));
  if (repeats <= 1) return { graph: one, launches: round.length };
  one.destroy();
  const launches = Array.from({ length: repeats }, () => round).flat();
  return { graph: device.createGraph(launches), launches: launches.length };
}
