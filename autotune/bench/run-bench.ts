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
import { BenchRecord } from './bench-record.js';
import { failed, measured, type Contest, type ContestResult } from './contest.js';
import { timeDense, timeOurs, type OurOptions, type OurTime } from './our-kernels.js';
import { provenanceOf, rotationBytes } from './provenance.js';
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
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Of our weights. */
export const benchFormat = { bits: 4, groupSize: 16 } as const;

/** What was measured is kept after every contender. @throws TuneError, MeasureError, ResultsError, the signal's reason */
export async function runBench(options: BenchOptions): Promise<BenchRecord> {
  const { device, compiler, command, density, rows, out, say, signal, peers } = options;
  const contest: Contest = { ...options.contest, rotationBytes: rotationBytes(device) };
  // Peers get the device to themselves.
  const record = await withSession(device, signal, async (session) => {
    const provenance = await provenanceOf(session, compiler, command, contest);
    const ours = new BenchRecord({ ...provenance, density, rows }, out, say);
    await runOurs(ours, contest, options, session);
    return ours;
  });
  await runPeers(record, contest, { device, compiler, peers, signal });
  await record.finish();
  return record;
}

async function runOurs(
  record: BenchRecord,
  contest: Contest,
  { results, rows, density, groupsPerScale }: BenchOptions,
  session: Session,
): Promise<void> {
  const { kind } = session.device;
  const ours: OurOptions = { results, rows, timing: contest };
  const activations = kind === 'cuda' ? (['f16', 'i8'] as const) : (['f32', 'i8'] as const);
  for (const m of contest.tokens) {
    const ourM = tokenCounts.find((count) => count === m);
    if (ourM === undefined) {
      await record.add([
        failed('GQS', `there are no kernels for m = ${m}, only for ${tokenCounts.join(', ')}`),
      ]);
      continue;
    }
    for (const { n, k } of contest.shapes) {
      const shape = { n, k, m: ourM };
      const keep = async (contender: string, time: OurTime): Promise<void> => {
        record.file.clocks = session.clocks.medians();
        await record.add([toResult(contender, shape, time)]);
      };
      for (const activation of activations) {
        for (const kept of density === 1 ? [1] : [density, 1]) {
          const problem = problemOf(kind, shape, activation, kept);
          await keep(ourName(problem), await timeOurs(problem, ours, session));
        }
        for (const shared of m === 1 ? groupsPerScale : []) {
          const problem = { ...problemOf(kind, shape, activation, density), ...scaleSharing(shared) };
          await keep(ourName(problem), await timeOurs(problem, ours, session));
        }
      }
      const dense = problemOf(kind, shape, activations[0], 1);
      await keep(`GQS dense, ${activations[0]} x`, await timeDense(dense, ours, session));
    }
  }
}

/** `GQS W4 G16, density 0.5, f16 x` */
function ourName(problem: Problem): string {
  return `GQS ${weightFormat(problem)}, density ${problem.density}, ${problem.activation} x`;
}

function toResult(contender: string, shape: Pick<Problem, 'n' | 'k' | 'm'>, time: OurTime): ContestResult {
  if (!time.ok) return failed(contender, time.reason, shape);
  const { us, bytes, variant } = time;
  return measured({ contender, ...shape }, us, { bytes, variant: variantName(variant) });
}

function problemOf(
  target: 'cuda' | 'cpu',
  shape: Pick<Problem, 'n' | 'k' | 'm'>,
  activation: Problem['activation'],
  density: number,
): Problem {
  const output = defaultOutput(target, activation);
  return { op: 'gemv', ...shape, ...benchFormat, density, activation, output, epilogue: 'none' };
}
