/** A tuning run: every problem searched, its winner measured and written before the next one begins. */
import { join } from 'node:path';
import { problemName, type Problem } from '../../generator/index.js';
import { MeasureError } from '../measure/error.js';
import type { Reporter, RunSummary } from '../progress/index.js';
import { writeReport } from '../report/index.js';
import { mergeTrials, mergeWinners, type Provenance, type Winner } from '../results/index.js';
import { withContext, type RunContext } from './context.js';
import { ProblemFailed } from './error.js';
import type { Finalist } from './finals.js';
import type { TuneOptions } from './options.js';
import { provenance, trialRun } from './provenance.js';
import { tuneProblem } from './tune-problem.js';
import { summariseWinner } from './winner.js';

/**
 * Tunes the problems of `options` one after the other. When `signal` fires it ends within a second; what was measured
 * by then is in the journal, and the winners of finished problems in winners.json.
 * @throws ToolMissing, MeasureError, ResultsError, DeviceError, TuneError when the run cannot begin or go on.
 */
export function tune(options: TuneOptions, reporter: Reporter, signal: AbortSignal): Promise<RunSummary> {
  return withContext(options, reporter, signal, async (context) => {
    const { device, bandwidth } = context;
    const { id, name, processors } = device;
    const problems = options.problems.length;
    reporter.report({ event: 'device', id, name, processors, gbPerSecond: bandwidth / 1e9, problems });
    const summary = await new TuneRun(context).run();
    reporter.report({ event: 'done', summary });
    return summary;
  });
}

class TuneRun {
  readonly #context: RunContext;
  readonly #winners: Winner[] = [];
  readonly #finalists: Finalist[] = [];
  readonly #failures: { problem: string; message: string }[] = [];
  readonly #files = new Set<string>();

  constructor(context: RunContext) {
    this.#context = context;
  }

  async run(): Promise<RunSummary> {
    const { options, signal, device, directory } = this.#context;
    for (const [index, problem] of options.problems.entries()) {
      if (signal.aborted) break;
      await this.#tuneOne(problem, options.problems.length - index);
    }
    await this.#writeTrials();
    if (this.#winners.length > 0 && !signal.aborted) {
      for (const path of await writeReport(directory)) this.#files.add(path);
    }
    return {
      device: device.name,
      winners: this.#winners.map(summariseWinner),
      failures: this.#failures,
      interrupted: signal.aborted,
      resultsDirectory: directory,
      files: [...this.#files],
    };
  }

  async #tuneOne(problem: Problem, left: number): Promise<void> {
    const { reporter, signal, clock } = this.#context;
    try {
      const { winner, finalists } = await tuneProblem(this.#context, problem, clock.share(left));
      this.#winners.push(winner);
      this.#finalists.push(...finalists);
      await this.#writeWinners();
      reporter.report({ event: 'winner', winner: summariseWinner(winner) });
    } catch (error) {
      // Whatever an abort interrupts fails in its own way.
      if (signal.aborted) return;
      if (!(error instanceof ProblemFailed || error instanceof MeasureError)) throw error;
      const failure = { problem: problemName(problem), message: error.message };
      this.#failures.push(failure);
      reporter.report({ event: 'failure', ...failure });
    }
  }

  async #writeWinners(): Promise<void> {
    const { directory, device } = this.#context;
    const path = join(directory, 'winners.json');
    await mergeWinners(path, device.name, await this.#provenance(), this.#winners);
    this.#files.add(path);
  }

  /** Every trial of the journal that belongs to a problem of this run. */
  async #writeTrials(): Promise<void> {
    const { directory, device, journal, options } = this.#context;
    const run = trialRun(await this.#provenance());
    const tuned = options.problems.flatMap((problem) => {
      const name = problemName(problem);
      const trials = journal.trials.filter((trial) => problemName(trial.problem) === name);
      return trials.length === 0 ? [] : [{ problem, run, trials }];
    });
    if (tuned.length === 0) return;
    const paths = await mergeTrials(directory, { kind: device.kind, device: device.name }, tuned);
    for (const path of [...paths, journal.path]) this.#files.add(path);
  }

  #provenance(): Promise<Provenance> {
    return provenance(this.#context, this.#finalists);
  }
}
