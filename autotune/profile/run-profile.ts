/** Hardware counters of the winners of a device, one process each. What was measured is kept after every winner. */
import { join } from 'node:path';
import { problemName } from '../../generator/index.js';
import type { DeviceDescription } from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import type { CompileResult } from '../compile/task.js';
import { archOf } from '../pipeline/arch.js';
import { TuneError } from '../pipeline/error.js';
import { sourceRevision } from '../pipeline/project.js';
import { writeFileAtomic } from '../results/index.js';
import { addFailure, addResult } from './add-result.js';
import type { Ncu } from './find-ncu.js';
import { emptyProfile, type ProfileFile, type ProfileRun, type Subject } from './profile-file.js';
import { rawText } from './raw-record.js';
import { runNcu, type NcuResult } from './run-ncu.js';
import { saveProfile } from './save-profile.js';
import { subjectOf, type WantedWinner } from './wanted-winners.js';

export interface ProfileOptions {
  readonly device: DeviceDescription;
  readonly ncu: Ncu;
  readonly winners: readonly WantedWinner[];
  /** The device that timed them. */
  readonly timedOn: string;
  readonly out: string;
  /** Where to keep what ncu printed, one file per winner. */
  readonly keepRaw?: string;
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const winnerTimeoutMs = 300_000;

/** Returns the profile and the files written. @throws TuneError, ResultsError, the signal's reason */
export async function runProfile(
  options: ProfileOptions,
): Promise<{ file: ProfileFile; written: readonly string[] }> {
  const { winners, out, say } = options;
  const compiled = await compileAll(options);
  const session = new Session(options, await runOf(options));
  let written: readonly string[] = [];
  for (const [index, winner] of winners.entries()) {
    const outcome = await session.profile(winner, compiled[index]!);
    say(`${index + 1} of ${winners.length}, ${problemName(winner.winner.problem)}: ${outcome}`);
    written = await saveProfile(out, session.file);
  }
  return { file: session.file, written };
}

async function runOf({ device, timedOn, ncu, command }: ProfileOptions): Promise<ProfileRun> {
  return {
    device: device.name,
    timedOn,
    driver: device.driver ?? null,
    profiler: `Nsight Compute ${ncu.version}`,
    commit: await sourceRevision(),
    command,
    timestamp: new Date().toISOString(),
  };
}

/** All before the first is profiled, on all cores. */
async function compileAll({ device, winners, signal }: ProfileOptions): Promise<CompileResult[]> {
  const pool = new CompilePool({ signal });
  try {
    const tasks = winners.map(({ winner: { problem, variant } }) => {
      return { traits: problem, variant, arch: archOf(variant, device.target) };
    });
    return await pool.compile(tasks);
  } finally {
    await pool.close();
  }
}

class Session {
  readonly file: ProfileFile;
  /** Metrics that this ncu turned out not to know: later winners do not ask for them again. */
  #unknown: readonly string[] = [];

  constructor(
    private readonly options: ProfileOptions,
    private readonly run: ProfileRun,
  ) {
    this.file = emptyProfile(run);
  }

  /** Adds a winner to the profile. Returns what there is to say of it. @throws TuneError when none can be profiled */
  async profile(wanted: WantedWinner, compiled: CompileResult): Promise<string> {
    this.options.signal.throwIfAborted();
    const { problem } = wanted.winner;
    if (compiled.kind !== 'compiled') {
      const reason = 'message' in compiled ? compiled.message : compiled.kind;
      return `not profiled: ${addFailure(this.file, problem, reason)}`;
    }
    const subject = subjectOf(wanted, compiled.manifest.hash);
    const result = await this.#underNcu(wanted, subject, compiled.binaryPath);
    if (result.kind === 'forbidden') throw new TuneError(`Expected hardware counters but ${result.reason}`);
    this.#unknown = result.unknown;
    this.file.unknownMetrics = [...result.unknown];
    addResult(this.file, subject, result);
    if (result.kind === 'failed') return `not profiled: ${result.reason}`;
    const { durationNs } = this.file.winners.at(-1)!.counters;
    const time = durationNs === undefined ? 'counted' : `${(durationNs / 1000).toFixed(2)} us by itself`;
    return `${time}${subject.hash === subject.winnerHash ? '' : `; ${changedTemplates}`}`;
  }

  #underNcu({ winner, provenance }: WantedWinner, subject: Subject, binaryPath: string): Promise<NcuResult> {
    const { device, ncu, keepRaw, signal } = this.options;
    const { problem, variant } = winner;
    const { seed, rows } = provenance.protocol;
    const arch = archOf(variant, device.target);
    const request = { device: device.id, arch, problem, variant, seed, rows, binaryPath };
    const onOutput = async (output: string): Promise<void> => {
      if (keepRaw === undefined) return;
      const path = join(keepRaw, `${problemName(problem)}.txt`);
      await writeFileAtomic(path, rawText({ run: this.run, subject }, output));
    };
    const limits = { timeoutMs: winnerTimeoutMs, signal };
    return runNcu(request, { ncu: ncu.path, ...limits, unknown: this.#unknown, onOutput });
  }
}

const changedTemplates =
  'templates have changed since it was timed: it was generated again from its variant, with another hash';
