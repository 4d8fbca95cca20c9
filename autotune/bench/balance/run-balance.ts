/** How well each decomposition balances rows that are even, binomial and skewed. */
import type { Problem } from '../../../generator/index.js';
import type { Compiler, DeviceDescription, RowDistribution } from '../../../runtime/index.js';
import { runOf, setupOf, type Timing } from '../provenance.js';
import { earlierFile } from '../resume.js';
import { finishRun, withRun } from '../runs.js';
import { withSession } from '../session.js';
import { writeBenchFiles } from '../write-files.js';
import { balanceChart } from './balance-chart.js';
import {
  balanceFormat,
  balanceName,
  balanceVersion,
  type BalanceFile,
  type BalancePoint,
  type BalanceSetup,
} from './balance-file.js';
import { balancePage } from './balance-page.js';
import { chooseVariants } from './choose-variants.js';
import { timeDecompositions, type DecompositionTimes } from './time-decompositions.js';

export interface BalanceOptions {
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  /** One format on several shapes. */
  readonly problems: readonly [Problem, ...Problem[]];
  readonly rows: readonly RowDistribution[];
  readonly evaluations: number;
  readonly choiceSeed: number;
  readonly timing: Timing;
  readonly out: string;
  /** Whether what lies in `out` is continued rather than replaced. */
  readonly resume: boolean;
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface BalanceRun {
  readonly file: BalanceFile;
  readonly written: readonly string[];
}

/** What was measured is kept after every problem. @throws TuneError, MeasureError, ResultsError, the signal's reason */
export async function runBalance(options: BalanceOptions): Promise<BalanceRun> {
  const { device, compiler, problems, command, timing, evaluations, choiceSeed, out, signal } = options;
  const { bits, groupSize, density, m, activation } = problems[0];
  const format = { bits, groupSize, density, m, activation };
  const setup: BalanceSetup = { ...setupOf(device, compiler, timing), ...format, evaluations, choiceSeed };
  const earlier = options.resume ? await earlierFile(out, balanceFormat, setup) : undefined;
  return withSession(device, signal, async (session) => {
    const runs = withRun(earlier?.runs, await runOf(session, command));
    const run = runs.length - 1;
    const { points, failures } = earlier ?? { points: [], failures: [] };
    const file: BalanceFile = { schemaVersion: balanceVersion, ...setup, runs, points, failures };
    for (const problem of problems) {
      const chosen = chooseVariants(problem, device.target, evaluations, choiceSeed);
      for (const rows of options.rows) {
        if (isWhole(file, { ...problem, rows }, [...chosen.keys()])) continue;
        const times = await timeDecompositions(problem, rows, chosen, timing, session);
        clear(file, { ...problem, rows });
        file.points.push(...times.points.map((point) => ({ ...point, run })));
        file.failures.push(...times.failures);
        runs[run]!.clocks = session.clocks.medians();
        say(times, options);
        if (file.points.length > 0) await save(file, options);
      }
    }
    finishRun(runs, file.points);
    return { file, written: await save(file, options) };
  });
}

type Place = Pick<BalancePoint, 'n' | 'k' | 'rows'>;

function isAt({ n, k, rows }: Place): (one: Place) => boolean {
  return (one) => one.n === n && one.k === k && one.rows === rows;
}

/** Whether each decomposition has a time: they are timed in turns, all or none. */
function isWhole({ points }: BalanceFile, place: Place, decompositions: readonly string[]): boolean {
  const at = points.filter(isAt(place));
  return decompositions.every((name) => at.some(({ decomposition }) => decomposition === name));
}

/** Forgets what is measured again. */
function clear(file: BalanceFile, place: Place): void {
  const isThere = isAt(place);
  file.points = file.points.filter((point) => !isThere(point));
  file.failures = file.failures.filter((failure) => !isThere(failure));
}

function say({ points, failures }: DecompositionTimes, options: BalanceOptions): void {
  const where = (of: { rows: string; n: number; k: number; decomposition: string }): string =>
    `${of.n} x ${of.k}, ${of.rows} rows, ${of.decomposition}`;
  for (const point of points) options.say(`${where(point)}: ${point.medianUs.toFixed(2)} us`);
  for (const failure of failures) options.say(`${where(failure)}: not measured: ${failure.reason}`);
}

function save(file: BalanceFile, { out }: BalanceOptions): Promise<string[]> {
  const charts = file.points.length === 0 ? new Map() : new Map([[`${balanceName}.svg`, balanceChart(file)]]);
  const measured = file.points.length;
  return writeBenchFiles({
    folder: out,
    name: balanceName,
    data: file,
    measured,
    page: balancePage(file),
    charts,
  });
}
