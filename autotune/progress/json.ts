/** `--json`: one JSON object per line; the last one is the summary of the run. */
import type { Output, Reporter, TuneEvent } from './events.js';

export class JsonReporter implements Reporter {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  report(event: TuneEvent): void {
    this.#output.write(`${JSON.stringify(event)}\n`);
  }

  stop(): void {
    // Every line is complete as it is.
  }
}
