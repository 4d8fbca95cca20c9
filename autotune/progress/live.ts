/** Progress on a terminal: one bar per problem, lines above it stay. */
import cliProgress from 'cli-progress';
import type { Reporter, TuneEvent } from './events.js';
import { bestSoFar, eventLine, timeLeft } from './format.js';

type Progress = Extract<TuneEvent, { event: 'progress' }>;

const format = '  {phase} {bar} {value}/{total} | {step} | {best} | {failed} failed | {left}';

export class LiveReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  #bar: cliProgress.SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  report(event: TuneEvent): void {
    if (event.event === 'progress') {
      this.#show(event);
      return;
    }
    this.stop();
    const line = eventLine(event);
    if (line !== undefined) this.#stream.write(`${line}\n`);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #show(progress: Progress): void {
    const shown = {
      phase: progress.phase.padEnd(7),
      step: `${progress.step} ${progress.stepDone}/${progress.stepTotal}`.padEnd(12),
      best: bestSoFar(progress),
      failed: progress.failed,
      left: timeLeft(progress),
    };
    if (this.#bar === undefined) {
      const options = { format, stream: this.#stream, clearOnComplete: true, hideCursor: null, barsize: 24 };
      this.#bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
      this.#bar.start(progress.limit, progress.evaluations, shown);
      return;
    }
    this.#bar.setTotal(progress.limit);
    this.#bar.update(progress.evaluations, shown);
  }
}
