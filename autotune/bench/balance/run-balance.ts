/** How well each decomposition balances rows that are even, binomial and skewed. */
import type { Problem } from '../../../generator/index.js';
import type { Compiler, DeviceDescription, RowDistribution } from '../../../runtime/index.js';
import { provenanceOf, type Timing } from '../provenance.js';
import { withSession } from '../session.js';
import { writeBenchFiles } from '../write-files.js';
import { balanceChart } from './balance-chart.js';
import { balanceVersion, type BalanceFile } from './balance-file.js';
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
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface BalanceRun {
  readonly file: BalanceFile;
  readonly written: readonly string[];
}

/** What was measured is kept after every problem. @throws TuneError, MeasureError, ResultsError, the signal's reason */
export function runBalance(options: BalanceOptions): Promise<BalanceRun> {
  const { device, compiler, problems, command, timing, evaluations, choiceSeed, signal } = options;
  const { bits, groupSize, density, m, activation } = problems[0];
  return withSession(device, signal, async (session) => {
    const file: BalanceFile = {
      schemaVersion: balanceVersion,
      ...(await provenanceOf(session, compiler, command, timing)),
      ...{ bits, groupSize, density, m, activation, evaluations, choiceSeed },
      points: [],
      failures: [],
    };
    for (const problem of problems) {
      const chosen = chooseVariants(problem, device.target, evaluations, choiceSeed);
      for (const rows of options.rows) {
        const times = await timeDecompositions(problem, rows, chosen, timing, session);
        file.points.push(...times.points);
        file.failures.push(...times.failures);
        file.clocks = session.clocks.medians();
        say(times, options);
        await save(file, options);
      }
    }
    return { file, written: await save(file, options) };
  });
}

function say({ points, failures }: DecompositionTimes, options: BalanceOptions): void {
  const where = (of: { rows: string; n: number; k: number; decomposition: string }): string =>
    `${of.n} x ${of.k}, ${of.rows} rows, ${of.decomposition}`;
  for (const point of points) options.say(`${where(point)}: ${point.medianUs.toFixed(2)} us`);
  for (const failure of failures) options.say(`${where(failure)}: not measured: ${failure.reason}`);
}

function save(file: BalanceFile, { out }: BalanceOptions): Promise<string[]> {
  const charts = file.points.length === 0 ? new Map() : new Map([['bench-balance.svg', balanceChart(file)]]);
  return writeBenchFiles({ folder: out, name: 'bench-balance', data: file, page: balancePage(file), charts });
}
