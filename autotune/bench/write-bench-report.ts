/** Tables and charts of a comparison with peers. */
import { join } from 'node:path';
import { writeFileAtomic } from '../results/index.js';
import { renderSvg } from '../report/index.js';
import type { BenchFile } from './bench-file.js';
import { benchChart } from './bench-chart.js';
import { benchPage } from './bench-page.js';
import { chartName, tokensOf } from './bench-tables.js';

/** Writes bench-gemv.md and a chart per token count into `folder`; returns their paths. @throws ResultsError */
export async function writeBenchReport(file: BenchFile, folder: string): Promise<string[]> {
  const written: string[] = [];
  for (const m of tokensOf(file)) {
    const path = join(folder, chartName(m));
    await writeFileAtomic(path, await renderSvg(benchChart(file, m)));
    written.push(path);
  }
  const page = join(folder, 'bench-gemv.md');
  await writeFileAtomic(page, benchPage(file));
  return [page, ...written];
}
