/** What all parts of a tuning run share, opened and closed together. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  compilerFor,
  defaultCacheDirectory,
  removeStaleBuilds,
  type Compiler,
  type DeviceDescription,
} from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import { Journal } from '../journal.js';
import type { TimingProtocol } from '../measure/protocol.js';
import { MeasureProcess } from '../measure/supervisor.js';
import type { Reporter } from '../progress/index.js';
import { deviceFolder, readWinners, writeFileAtomic, type WinnersFile } from '../results/index.js';
import { widestArch } from './arch.js';
import { Clock } from './budget.js';
import { TuneError } from './error.js';
import type { TuneOptions } from './options.js';
import { gqsVersion } from './project.js';

export interface RunContext {
  readonly options: TuneOptions;
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  /** Measured, bytes per second. */
  readonly bandwidth: number;
  /** Folder of the results. */
  readonly directory: string;
  /** Winners before this run. */
  readonly incumbents: WinnersFile | undefined;
  readonly pool: CompilePool;
  readonly measure: MeasureProcess;
  readonly journal: Journal;
  readonly protocol: Omit<TimingProtocol, 'samples'>;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Calls `run` with everything open, and closes it afterwards whatever happens; an abort ends compilers and the
 * measuring process at once.
 * @throws ToolMissing, MeasureError, ResultsError, DeviceError before `run` is called; what `run` throws.
 */
export async function withContext<T>(
  options: TuneOptions,
  reporter: Reporter,
  signal: AbortSignal,
  run: (context: RunContext) => Promise<T>,
): Promise<T> {
  const clock = new Clock(options.budget.seconds);
  const measure = new MeasureProcess(options.device);
  const onAbort = (): void => {
    measure.close();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const pool = new CompilePool({ signal, ...(options.jobs === undefined ? {} : { jobs: options.jobs }) });
  let journal: Journal | undefined;
  try {
    const device = await measure.open();
    const directory = resolve(options.out ?? join('results', deviceFolder(device.name)));
    await checkWritable(directory);
    const compiler = await compilerFor(widestArch(device.target));
    await removeStaleBuilds(defaultCacheDirectory());
    const incumbents = await readWinners(join(directory, 'winners.json'));
    const protocol = { cache: options.hot ? 'hot' : 'cold', sampleUs: options.sampleUs } as const;
    journal = await openJournal(directory, options, device, compiler);
    for (const message of journal.warnings) reporter.report({ event: 'warning', message });
    const bandwidth = await measure.bandwidth();
    const opened = { options, device, compiler, bandwidth, directory, incumbents, pool, measure, journal };
    return await run({ ...opened, protocol, clock, reporter, signal });
  } finally {
    signal.removeEventListener('abort', onAbort);
    measure.close();
    await pool.close();
    await journal?.close();
  }
}

/** @throws TuneError or ResultsError with the remedy when nothing can be written there. */
async function checkWritable(directory: string): Promise<void> {
  try {
    await makeFolder(directory);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new TuneError(
      `Expected to write results to ${directory} but received "${why}"; remedy: choose another folder with --out`,
      { cause },
    );
  }
  const probe = join(directory, '.gqs-tune-probe');
  await writeFileAtomic(probe, 'probe\n');
  await rm(probe, { force: true });
}

/** Folder by folder: 'recursive' of mkdir never returns where a file system refuses new folders with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

function openJournal(
  directory: string,
  { resume, hot, sampleUs }: TuneOptions,
  device: DeviceDescription,
  compiler: Compiler,
): Promise<Journal> {
  const fingerprint = {
    device: device.name,
    driver: device.driver ?? null,
    processors: device.processors,
    compiler: compiler.versionText,
    gqsVersion: gqsVersion(),
    cache: hot ? 'hot' : 'cold',
    sampleUs,
  };
  return Journal.open({ path: join(directory, 'journal.jsonl'), fingerprint, resume });
}
