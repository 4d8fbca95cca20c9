/** What all parts of a tuning run share, opened and closed together. */
import { join, resolve } from 'node:path';
import {
  compilerFor,
  defaultCacheDirectory,
  deviceSlug,
  removeStaleBuilds,
  withBuildFolder,
  type Compiler,
  type DeviceDescription,
} from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import { Journal } from '../journal.js';
import type { TimingProtocol } from '../measure/protocol.js';
import { MeasureProcess } from '../measure/supervisor.js';
import type { Reporter } from '../progress/index.js';
import {
  readWinners,
  requireDevice,
  requireWritable,
  setAsideUnreadableTrials,
  type WinnersFile,
} from '../results/index.js';
import { widestArch } from './arch.js';
import { Clock } from './budget.js';
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
 * @throws ToolMissing, MeasureError, ResultsError, DeviceError, CompileCacheError before `run` is called; what `run` throws.
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
    const directory = resolve(options.out ?? join('results', deviceSlug(device.name)));
    await requireWritable(directory);
    const compiler = await compilerFor(widestArch(device.target));
    await removeStaleBuilds(defaultCacheDirectory());
    await withBuildFolder(defaultCacheDirectory(), () => Promise.resolve());
    const incumbents = await readIncumbents(directory, device.name);
    const protocol = { cache: options.hot ? 'hot' : 'cold', sampleUs: options.sampleUs } as const;
    journal = await openJournal(directory, options, device, compiler);
    const setAside = await setAsideUnreadableTrials(directory);
    for (const message of [...journal.warnings, ...setAside]) reporter.report({ event: 'warning', message });
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

async function readIncumbents(directory: string, device: string): Promise<WinnersFile | undefined> {
  const path = join(directory, 'winners.json');
  const incumbents = await readWinners(path);
  if (incumbents !== undefined) requireDevice(path, incumbents, device);
  return incumbents;
}

function openJournal(
  directory: string,
  { resume, hot, sampleUs, rows }: TuneOptions,
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
    rows,
  };
  return Journal.open({ path: join(directory, 'journal.jsonl'), fingerprint, resume });
}
