/** Progress for logs: whole lines, and not too many of them. */
import type { Output, Reporter, TuneEvent } from './events.js';
import { bestSoFar, eventLine, timeLeft } from './format.js';

/** Milliseconds between two lines of progress within a phase. */
const intervalMs = 10_000;

export class PlainReporter implements Reporter {
  readonly #output: Output;
  readonly #now: () => number;
  #phase = '';
  #shownAt = -Infinity;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  report(event: TuneEvent): void {
    if (event.event !== 'progress') {
      const line = eventLine(event);
      if (line !== undefined) this.#output.write(`${line}\n`);
      return;
    }
    const phase = `${event.problem} ${event.phase}`;
    if (phase === this.#phase && this.#now() - this.#shownAt < intervalMs) return;
    this.#phase = phase;
    this.#shownAt = this.#now();
    const { evaluations, limit, failed } = event;
    const parts = [
      `  ${event.phase} ${evaluations}/${limit}`,
      `${failed} failed`,
      bestSoFar(event),
      timeLeft(event),
    ];
    this.#output.write(`${parts.filter((part) => part !== '').join(', ')}\n`);
  }

  stop(): void {
    this.#phase = '';
  }
}
