/** What a comparison has measured so far, on disk as well. */
import { join } from 'node:path';
import { stableJson, writeFileAtomic } from '../results/index.js';
import { benchVersion, type BenchFile } from './bench-file.js';
import type { ContestResult } from './contest.js';
import { writeBenchReport } from './write-bench-report.js';

type BenchHead = Omit<BenchFile, 'schemaVersion' | 'measurements' | 'failures'>;

export class BenchRecord {
  readonly file: BenchFile;

  constructor(
    head: BenchHead,
    readonly out: string,
    readonly say: (line: string) => void,
  ) {
    this.file = { ...head, schemaVersion: benchVersion, measurements: [], failures: [] };
  }

  add(results: readonly ContestResult[]): void {
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
  }

  /** Returns the files written. @throws ResultsError */
  async save(): Promise<string[]> {
    const path = join(this.out, 'bench-gemv.json');
    await writeFileAtomic(path, stableJson(this.file));
    return [path, ...(await writeBenchReport(this.file, this.out))];
  }
}
