/** Decides whether a kernel is right: fresh inputs, poisoned output, canaries, float64 reference. */
import type { KernelManifest, Target } from '../../generator/index.js';
import { launchGeometry } from '../../generator/index.js';
import type { Device, Kernel } from '../../runtime/index.js';
import { GuardedCase } from './guarded-case.js';
import type { ProblemData } from './problem-data.js';
import type { Alive } from './row-blocks.js';
import type { Candidate, MeasureFailure, VerifyResult } from './protocol.js';
import { smallCases, type NamedCase } from './small-cases.js';
import { compare, tolerance } from './tolerance.js';

/** Runs of a deterministic kernel that have to agree in every bit. */
const deterministicRuns = 3;

/**
 * Runs a candidate on small awkward matrices and then on `data`. Throws what the device reports.
 * `alive` is called before each launch and during what takes long on the host.
 */
export async function verifyCandidate(
  device: Device,
  { manifest, binaryPath }: Candidate,
  data: ProblemData,
  seed: number,
  alive: Alive,
): Promise<VerifyResult> {
  const { target } = device.description;
  const unfit = constraintViolation(manifest, data, device);
  if (unfit !== undefined) return { ok: false, invalidity: 'constraints', message: unfit };
  const cases = [
    ...smallCases(manifest, target, freshSeed(seed, manifest)),
    { name: 'the problem itself', data },
  ];
  const module = device.loadModule(binaryPath);
  try {
    const kernel = module.kernel(manifest.symbol);
    let relativeError = 0;
    for (const one of cases) {
      const result = await verifyCase(device, manifest, kernel, one, alive);
      if (!result.ok) return { ...result, message: `${one.name}: ${result.message}` };
      relativeError = Math.max(relativeError, result.relativeError);
    }
    return { ok: true, relativeError, cases: cases.length };
  } finally {
    module.unload();
  }
}

type CaseResult = { readonly ok: true; readonly relativeError: number } | MeasureFailure;

async function verifyCase(
  device: Device,
  manifest: KernelManifest,
  kernel: Kernel,
  { data }: NamedCase,
  alive: Alive,
): Promise<CaseResult> {
  const guarded = await GuardedCase.create(device, manifest, kernel, data, alive);
  try {
    await alive();
    const first = await guarded.run();
    const damage = await guarded.damage();
    if (damage !== undefined) return incorrect(damage);
    const reference = await data.reference(manifest.layout, alive);
    const compared = compare(first.y, reference, tolerance(manifest));
    if (!compared.ok) return incorrect(compared.message);
    for (let run = 1; manifest.deterministic && run < deterministicRuns; run++) {
      await alive();
      const again = await guarded.run();
      if (Buffer.compare(first.bytes, again.bytes) !== 0)
        return incorrect('Expected the same bits from every run but found others');
    }
    return compared;
  } finally {
    guarded.free();
  }
}

function incorrect(message: string): MeasureFailure {
  return { ok: false, invalidity: 'correctness', message };
}

/** What a launch of this size would ask for that the device does not have. */
function constraintViolation(
  manifest: KernelManifest,
  { matrix }: ProblemData,
  device: Device,
): string | undefined {
  const { n, k, groups } = matrix;
  const { description } = device;
  const { sharedBytes } = launchGeometry(manifest, { n, k, groups: groups.length }, description);
  const most = sharedLimit(description.target);
  return sharedBytes > most
    ? `Expected at most ${most} bytes of shared memory but received ${sharedBytes}`
    : undefined;
}

function sharedLimit(target: Target): number {
  return target.kind === 'cuda' ? target.sharedPerCta : Infinity;
}

/** Other data for every kernel, the same again for the same kernel and seed. */
function freshSeed(seed: number, { hash }: KernelManifest): number {
  return (seed ^ Number.parseInt(hash.slice(0, 8), 16)) >>> 0;
}
