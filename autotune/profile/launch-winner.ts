/**
 * Entry of the process that a profiler watches: launches one kernel over rotated copies of the weights, as the tuner
 * times it, and checks what it computed. Argument: a LaunchRequest as JSON.
 */
import { generate } from '../../generator/index.js';
import { MeasureServer } from '../measure/server.js';
import type { TimeResult } from '../measure/protocol.js';
import { launchRequestSchema, type LaunchRequest } from './launch-request.js';
import { launchFailure } from './ncu-complaints.js';

/** Graphs hold one launch per copy of the weights, not as many as fill this time. */
const sampleUs = 1;
/** A graph is launched twice per sample, and copies of large weights are few: enough for warm-up and profiled launches. */
const samples = 3;

async function launch({
  device,
  arch,
  problem,
  variant,
  seed,
  rows,
  binaryPath,
}: LaunchRequest): Promise<void> {
  const server = new MeasureServer(() => Promise.resolve());
  await server.handle({ kind: 'open', device });
  await server.handle({ kind: 'prepare', problem, seed, rows });
  const { manifest } = generate(problem, variant, arch);
  const candidates = [{ manifest, binaryPath }];
  const protocol = { samples, sampleUs, cache: 'cold' } as const;
  const [time] = (await server.handle({ kind: 'time', candidates, protocol })) as TimeResult[];
  if (time?.ok !== true) throw new Error(time?.message ?? 'it gave no result');
}

try {
  await launch(launchRequestSchema.parse(JSON.parse(process.argv[2] ?? '')));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${launchFailure} ${message.replace(/\s+/g, ' ')}\n`);
  process.exitCode = 1;
}
