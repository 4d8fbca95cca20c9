/** What a comparison has measured so far, on disk as well. */
import { benchChart } from './bench-chart.js';
import { benchVersion, type BenchFile } from './bench-file.js';
import { benchPage } from './bench-page.js';
import { chartName, tokensOf } from './bench-tables.js';
import type { ContestResult } from './contest.js';
import { writeBenchFiles } from './write-files.js';

type BenchHead = Omit<BenchFile, 'schemaVersion' | 'measurements' | 'failures' | 'finished'>;

export class BenchRecord {
  readonly file: BenchFile;

  constructor(
    head: BenchHead,
    readonly out: string,
    readonly say: (line: string) => void,
  ) {
    this.file = { ...head, schemaVersion: benchVersion, measurements: [], failures: [], finished: false };
  }

  /** Keeps them on disk, too. @throws ResultsError */
  async add(results: readonly ContestResult[]): Promise<void> {
    for (const result of results) {
      if (result.kind === 'measured') {
        const { contender, n, k, m, medianUs } = result.measurement;
        this.file.measurements.push(result.measurement);
        this.say(`${contender}, ${n} x ${k}, m = ${m}: ${medianUs.toFixed(2)} us`);
      } else {
        const { contender, shape, reason } = result.failure;
        const where = shape === undefined ? '' : `, ${shape.n} x ${shape.k}, m = ${shape.m}`;
        this.file.failures.push(result.failure);
        this.say(`${contender}${where}: not measured: ${reason}`);
      }
    }
    await this.save();
  }

  /** All that was asked for has been tried. @throws ResultsError */
  async finish(): Promise<void> {
    this.file.finished = true;
    await this.save();
  }

  /** Returns the files written. @throws ResultsError */
  save(): Promise<string[]> {
    const charts = new Map(tokensOf(this.file).map((m) => [chartName(m), benchChart(this.file, m)]));
    const page = benchPage(this.file);
    return writeBenchFiles({ folder: this.out, name: 'bench-gemv', data: this.file, page, charts });
  }
}
