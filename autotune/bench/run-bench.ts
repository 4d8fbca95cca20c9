/** Ours and every peer that is here on the same products, one after another, under one protocol. */
import {
  defaultOutput,
  scaleSharing,
  tokenCounts,
  variantName,
  type GroupsPerScale,
  type Problem,
} from '../../generator/index.js';
import type { Compiler, DeviceDescription, RowDistribution } from '../../runtime/index.js';
import { weightFormat } from '../weight-format.js';
import type { ContestSetup } from './bench-file.js';
import { BenchRecord } from './bench-record.js';
import { earlierBench } from './earlier-bench.js';
import { failed, measured, type Contest, type ContestResult } from './contest.js';
import { timeDense, timeOurs, type OurOptions, type OurTime } from './our-kernels.js';
import { rotationBytes, runOf, setupOf } from './provenance.js';
import { runPeers, type PeerSources } from './run-peers.js';
import { withSession, type Session } from './session.js';

export interface BenchOptions {
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  readonly contest: Omit<Contest, 'rotationBytes'>;
  readonly density: number;
  /** Ours with one token are also measured with scales that so many groups share. */
  readonly groupsPerScale: readonly GroupsPerScale[];
  readonly rows: RowDistribution;
  readonly peers: PeerSources;
  readonly results: string;
  readonly out: string;
  /** Whether what lies in `out` is continued rather than replaced. */
  readonly resume: boolean;
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Of our weights. */
export const ourFormat = { bits: 4, groupSize: 16 } as const;

/** What was measured is kept after every contender; the finished record is left to be saved. @throws TuneError, MeasureError, ResultsError, the signal's reason */
export async function runBench(options: BenchOptions): Promise<BenchRecord> {
  const { device, compiler, command, density, rows, out, say, signal, peers } = options;
  const contest: Contest = { ...options.contest, rotationBytes: rotationBytes(device) };
  const setup: ContestSetup = { ...setupOf(device, compiler, contest), density, rows };
  const earlier = options.resume ? await earlierBench(out, setup, contest.products) : undefined;
  // Peers get the device to themselves.
  const record = await withSession(device, signal, async (session) => {
    const ours = new BenchRecord({ setup, run: await runOf(session, command), earlier }, out, say);
    await runOurs(ours, contest, options, session);
    return ours;
  });
  await runPeers(record, contest, { device, compiler, peers, signal });
  record.finish();
  return record;
}

type OurShape = Pick<Problem, 'n' | 'k' | 'm'>;

async function runOurs(
  record: BenchRecord,
  contest: Contest,
  { results, rows, density, groupsPerScale }: BenchOptions,
  session: Session,
): Promise<void> {
  const ours: OurOptions = { results, rows, timing: contest };
  const untuned = new Set(contest.products.map(({ m }) => m).filter((m) => !isOurTokens(m)));
  for (const m of untuned) {
    const reason = `there are no kernels for m = ${m}, only for ${tokenCounts.join(', ')}`;
    await record.add([failed('GQS', reason)]);
  }
  for (const { n, k, m } of contest.products) {
    if (!isOurTokens(m)) continue;
    const shape = { n, k, m };
    for (const { contender, time, problem } of entriesAt(shape, density, groupsPerScale, session)) {
      if (record.left(contender, [shape]).length === 0) continue;
      const timed = await time(problem, ours, session);
      record.run.clocks = session.clocks.medians();
      await record.add([toResult(contender, shape, timed)]);
    }
  }
}

function isOurTokens(m: number): m is Problem['m'] {
  return tokenCounts.some((count) => count === m);
}

interface Entry {
  readonly contender: string;
  readonly time: typeof timeOurs;
  readonly problem: Problem;
}

/** Who of ours takes part: each kind of x, sparse and with all groups, with shared scales, and the dense baseline. */
function entriesAt(
  shape: OurShape,
  density: number,
  groupsPerScale: readonly GroupsPerScale[],
  { device: { kind } }: Session,
): Entry[] {
  const activations = kind === 'cuda' ? (['f16', 'i8'] as const) : (['f32', 'i8'] as const);
  const densities = density === 1 ? [1] : [density, 1];
  const shared = shape.m === 1 ? groupsPerScale : [];
  const sparse = activations
    .flatMap((activation) => [
      ...densities.map((kept) => problemOf(kind, shape, activation, kept)),
      ...shared.map((groups) => ({
        ...problemOf(kind, shape, activation, density),
        ...scaleSharing(groups),
      })),
    ])
    .map((problem) => ({ contender: ourName(problem), time: timeOurs, problem }));
  const [activation] = activations;
  const dense = problemOf(kind, shape, activation, 1);
  return [...sparse, { contender: `GQS dense, ${activation} x`, time: timeDense, problem: dense }];
}

/** `GQS W4 G16, density 0.5, f16 x` */
function ourName(problem: Problem): string {
  return `GQS ${weightFormat(problem)}, density ${problem.density}, ${problem.activation} x`;
}

function toResult(contender: string, shape: OurShape, time: OurTime): ContestResult {
  if (!time.ok) return failed(contender, time.reason, shape);
  const { us, bytes, variant } = time;
  return measured({ contender, ...shape }, us, { bytes, variant: variantName(variant) });
}

function problemOf(
  target: 'cuda' | 'cpu',
  shape: OurShape,
  activation: Problem['activation'],
  density: number,
): Problem {
  const output = defaultOutput(target, activation);
  return { op: 'gemv', ...shape, ...ourFormat, density, activation, output, epilogue: 'none' };
}
