/** What a comparison has measured so far, on disk as well. */
import { benchChart } from './bench-chart.js';
import { benchName, benchVersion, type ContestSetup, type BenchFile, type Product } from './bench-file.js';
import { benchPage } from './bench-page.js';
import { chartName, findMeasurement, tokensOf } from './bench-tables.js';
import type { ContestResult } from './contest.js';
import type { BenchRun } from './provenance.js';
import { finishRun, withRun } from './runs.js';
import { writeBenchFiles } from './write-files.js';

export interface BenchStart {
  readonly setup: ContestSetup;
  readonly run: BenchRun;
  /** What earlier runs left, where this one continues them. */
  readonly earlier: Pick<BenchFile, 'runs' | 'measurements' | 'failures'> | undefined;
}

export class BenchRecord {
  readonly file: BenchFile;
  /** The run that goes on. */
  readonly run: BenchFile['runs'][number];

  constructor(
    { setup, run, earlier }: BenchStart,
    readonly out: string,
    readonly say: (line: string) => void,
  ) {
    const runs = withRun(earlier?.runs, run);
    this.run = runs.at(-1)!;
    this.file = {
      ...setup,
      schemaVersion: benchVersion,
      runs,
      measurements: [...(earlier?.measurements ?? [])],
      failures: [...(earlier?.failures ?? [])],
    };
  }

  /** Those of the products that the contender has no time for yet. */
  left<P extends Product>(contender: string, products: readonly P[]): P[] {
    return products.filter((product) => findMeasurement(this.file, contender, product) === undefined);
  }

  /** Keeps them on disk, too, as soon as there are times among them. @throws ResultsError */
  async add(results: readonly ContestResult[]): Promise<void> {
    const run = this.file.runs.length - 1;
    for (const result of results) {
      if (result.kind === 'measured') {
        const { contender, n, k, m, medianUs } = result.measurement;
        this.file.measurements.push({ ...result.measurement, run });
        this.say(`${contender}, ${n} x ${k}, m = ${m}: ${medianUs.toFixed(2)} us`);
      } else {
        const { contender, shape, reason } = result.failure;
        const where = shape === undefined ? '' : `, ${shape.n} x ${shape.k}, m = ${shape.m}`;
        this.file.failures.push(result.failure);
        this.say(`${contender}${where}: not measured: ${reason}`);
      }
    }
    if (this.file.measurements.length > 0) await this.save();
  }

  /** All that was asked for has been tried: what is saved from now on says so. */
  finish(): void {
    finishRun(this.file.runs, this.file.measurements);
  }

  /** Returns the files written. @throws ResultsError */
  save(): Promise<string[]> {
    const charts = new Map(tokensOf(this.file).map((m) => [chartName(m), benchChart(this.file, m)]));
    const page = benchPage(this.file);
    const measured = this.file.measurements.length;
    return writeBenchFiles({ folder: this.out, name: benchName, data: this.file, measured, page, charts });
  }
}
