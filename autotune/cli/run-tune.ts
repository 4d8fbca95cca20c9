/** `gqs-tune tune`. */
import { emitKernels } from '../emit/emit-only.js';
import { tune } from '../pipeline/tune.js';
import { JsonReporter, LiveReporter, PlainReporter, type Reporter } from '../progress/index.js';
import { discoverDevices } from '../../runtime/index.js';
import { chooseDevice, describeDevices } from './devices.js';
import {
  checkTogether,
  parseArchitectures,
  parseInteger,
  parseLimits,
  parseProblems,
  parseRows,
  parseStrategy,
} from './parse.js';
import { checkFits } from '../fits.js';
import { checkRestrictions, parseRestrictions } from '../restrict.js';
import type { RawTuneOptions } from './tune-command.js';
import { npmCommand } from './npm-command.js';

/**
 * Least length of a sample in microseconds. On CPUs shorter ones drown in the resolution of clocks; on GPUs starting a
 * graph costs several microseconds, which are counted as if the kernels in it took them.
 */
const sampleUs = { cpu: 200, cuda: 2000 } as const;

/** Seeds derived from it still have to be exact. */
const greatestSeed = 2 ** 32 - 1;

/** `args`: the command line behind `tune`, for provenance. Resolves with the exit status. */
export async function runTune(
  raw: RawTuneOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  if (raw.listDevices === true) {
    const text = raw.json === true ? JSON.stringify(discoverDevices()) : await describeDevices();
    process.stdout.write(`${text}\n`);
    return 0;
  }
  checkTogether(raw);
  if (raw.emitOnly === true) return runEmit(raw, signal);
  const settings = parseSettings(raw);
  const { device, warning } = await chooseDevice(raw.device);
  const problems = await parseProblems(raw, device.kind);
  checkFits(problems, device);
  checkRestrictions(problems, device.target, settings.restrictions);
  const reporter = reporterFor(raw);
  if (warning !== undefined) reporter.report({ event: 'warning', message: warning });
  const out = raw.out === undefined ? {} : { out: raw.out };
  const options = {
    ...settings,
    ...out,
    device: device.id,
    problems,
    sampleUs: sampleUs[device.kind],
    command: commandLine(args),
  };
  try {
    const summary = await tune(options, reporter, signal);
    return failedStatus(summary.failures, problems.length, 'problems have no winner');
  } finally {
    reporter.stop();
  }
}

async function runEmit(raw: RawTuneOptions, signal: AbortSignal): Promise<number> {
  const { jobs, seed, budget } = parseSettings(raw);
  const architectures = parseArchitectures(raw.arch);
  const emitted = await emitKernels({
    architectures,
    problems: await parseProblems(raw, 'cuda'),
    variants: raw.budget === undefined ? 0 : (budget.evaluations ?? 0),
    directory: raw.out ?? 'emitted',
    seed,
    ...(jobs === undefined ? {} : { jobs }),
    signal,
  });
  process.stdout.write(raw.json === true ? `${JSON.stringify(emitted.summary)}\n` : `${emitted.text}\n`);
  const { kernels } = emitted.summary;
  const failures = kernels.flatMap(({ failure }) => (failure === undefined ? [] : [{ message: failure }]));
  return failedStatus(failures, kernels.length, 'kernels were not compiled');
}

/** Says on standard error, too, that not everything was done, whatever standard output is used for. */
function failedStatus(failures: readonly { readonly message: string }[], of: number, what: string): number {
  const [first] = failures;
  if (first === undefined) return 0;
  process.stderr.write(`gqs-tune: ${failures.length} of ${of} ${what}; the first: ${first.message}\n`);
  return 1;
}

function parseSettings(raw: RawTuneOptions) {
  return {
    strategy: parseStrategy(raw.strategy),
    budget: parseLimits(raw.budget),
    ...(raw.restrict === undefined ? {} : { restrictions: parseRestrictions(raw.restrict) }),
    ...(raw.jobs === undefined ? {} : { jobs: parseInteger('--jobs', raw.jobs, 1) }),
    seed: parseInteger('--seed', raw.seed, 0, greatestSeed),
    resume: raw.resume === true,
    hot: raw.hot === true,
    rows: parseRows(raw.rows),
  };
}

function reporterFor({ json }: RawTuneOptions): Reporter {
  if (json === true) return new JsonReporter(process.stdout);
  return process.stdout.isTTY ? new LiveReporter(process.stdout) : new PlainReporter(process.stdout);
}

/** The command that makes the same results again: without what only concerns how a run is shown or continued. */
function commandLine(args: readonly string[]): string {
  return npmCommand(
    'tune',
    args.filter((arg) => arg !== '--json' && arg !== '--resume'),
  );
}
