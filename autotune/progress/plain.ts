/** Progress for logs: whole lines, and not too many of them. */
import type { Output, Reporter, TuneEvent } from './events.js';
import { bestSoFar, eventLine, finalStep, timeLeft } from './format.js';

/** Milliseconds between two lines of progress within a phase; a line that says the same as the last is left out. */
const intervalMs = 10_000;

export class PlainReporter implements Reporter {
  readonly #output: Output;
  readonly #now: () => number;
  #phase = '';
  #shown = '';
  #shownAt = -Infinity;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  report(event: TuneEvent): void {
    if (event.event !== 'progress') {
      const line = eventLine(event);
      if (line !== undefined) this.#output.write(`${line}\n`);
      this.stop();
      return;
    }
    const phase = `${event.problem} ${event.phase}`;
    if (phase === this.#phase && this.#now() - this.#shownAt < intervalMs) return;
    const { evaluations, limit, failed } = event;
    const done = [`  ${event.phase} ${evaluations}/${limit}`, finalStep(event), `${failed} failed`];
    const shown = joined([...done, bestSoFar(event)]);
    if (shown === this.#shown) return;
    this.#phase = phase;
    this.#shown = shown;
    this.#shownAt = this.#now();
    this.#output.write(`${joined([shown, timeLeft(event)])}\n`);
  }

  stop(): void {
    this.#phase = '';
    this.#shown = '';
  }
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
