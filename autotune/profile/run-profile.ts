/** Hardware counters of the winners of a device, one process each. What was measured is kept after every winner. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generate, problemName, type Problem } from '../../generator/index.js';
import type { DeviceDescription } from '../../runtime/index.js';
import { archOf } from '../pipeline/arch.js';
import { TuneError } from '../pipeline/error.js';
import { sourceRevision } from '../pipeline/project.js';
import { readWinners, requireDevice, stableJson, writeFileAtomic, type Winner } from '../results/index.js';
import { profileVersion, type Profiled, type ProfileFile } from './profile-file.js';
import { profilePage } from './profile-page.js';
import { ncuVersion, runNcu } from './run-ncu.js';

export interface ProfileOptions {
  readonly device: DeviceDescription;
  /** The program of Nsight Compute. */
  readonly ncu: string;
  /** Folder with winners.json. */
  readonly results: string;
  readonly out: string;
  /** Where to keep what ncu printed, one file per winner. */
  readonly keepRaw?: string;
  readonly wanted: (problem: Problem) => boolean;
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const winnerTimeoutMs = 300_000;

/** Returns the files written. @throws TuneError, ResultsError, the signal's reason */
export async function runProfile(options: ProfileOptions): Promise<string[]> {
  const { device, ncu, command, signal, say } = options;
  const winners = await wantedWinners(options);
  const version = await ncuVersion(ncu);
  if (version === undefined) {
    throw new TuneError(
      `Expected Nsight Compute as ${ncu} but it does not start; install it or name it with --ncu`,
    );
  }
  const file: ProfileFile = {
    schemaVersion: profileVersion,
    device: device.name,
    driver: device.driver ?? null,
    profiler: `Nsight Compute ${version}`,
    commit: await sourceRevision(),
    command,
    timestamp: new Date().toISOString(),
    winners: [],
    failures: [],
  };
  let written: string[] = [];
  for (const [index, { winner, rows }] of winners.entries()) {
    const { problem, variant } = winner;
    const request = { device: device.id, arch: archOf(variant, device.target), problem, variant, rows };
    const result = await runNcu(request, { ncu, timeoutMs: winnerTimeoutMs, signal });
    await keepRaw(options, problem, result.output);
    const progress = `${index + 1} of ${winners.length}, ${problemName(problem)}`;
    if (result.ok) {
      file.winners.push(profiled(winner, result.counters, request.arch));
      say(`${progress}: ${result.counters.counters.durationNs ?? 0} ns by itself`);
    } else {
      file.failures.push({ problem, reason: result.reason });
      say(`${progress}: not profiled: ${result.reason}`);
    }
    written = await save(options.out, file);
  }
  return written;
}

async function wantedWinners({ results, device, wanted }: ProfileOptions) {
  const path = join(results, 'winners.json');
  const found = await readWinners(path);
  if (found === undefined) {
    throw new TuneError(`Expected winners in ${path} but received none; npm run tune makes them`);
  }
  requireDevice(path, found, device.name);
  const winners = found.winners.filter(({ problem }) => wanted(problem));
  if (winners.length === 0) {
    throw new TuneError(
      `Expected winners for these options in ${path} but received none of its ${found.winners.length}`,
    );
  }
  return winners.map((winner) => {
    const { rows } = (winner.provenance ?? found.provenance).protocol;
    return { winner, rows };
  });
}

function profiled(
  winner: Winner,
  { counters, stalls }: Pick<Profiled, 'counters' | 'stalls'>,
  arch: string,
): Profiled {
  const { problem, variant, medianUs, gbPerSecond, rooflineFraction } = winner;
  const { hash } = generate(problem, variant, arch).manifest;
  return { problem, variant, hash, medianUs, gbPerSecond, rooflineFraction, counters, stalls };
}

async function keepRaw({ keepRaw: folder }: ProfileOptions, problem: Problem, output: string): Promise<void> {
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, `${problemName(problem)}.txt`), output);
}

async function save(out: string, file: ProfileFile): Promise<string[]> {
  const [data, page] = [join(out, 'counters.json'), join(out, 'counters.md')];
  await writeFileAtomic(data, stableJson(file));
  await writeFileAtomic(page, profilePage(file));
  return [data, page];
}
