/** The files of a benchmark: what was measured, and the page and pictures made from it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { renderSvg } from '../report/index.js';
import { stableJson, writeFileAtomic } from '../results/index.js';

export interface BenchFiles {
  readonly folder: string;
  /** `bench-gemv`: of the data and the page. */
  readonly name: string;
  readonly data: unknown;
  /** Times in the data. Where there are none, files that lie in the folder are not replaced. */
  readonly measured: number;
  readonly page: string;
  /** By file name. */
  readonly charts: ReadonlyMap<string, TopLevelSpec>;
}

/** The data first: they are what cannot be made again. Returns the paths. @throws ResultsError */
export async function writeBenchFiles(files: BenchFiles): Promise<string[]> {
  const { folder, name, data, measured, page, charts } = files;
  if (measured === 0 && existsSync(join(folder, `${name}.json`))) return [];
  const texts = new Map([
    [`${name}.json`, stableJson(data)],
    [`${name}.md`, page],
  ]);
  for (const [chart, spec] of charts) texts.set(chart, await renderSvg(spec));
  const written: string[] = [];
  for (const [file, text] of texts) {
    const path = join(folder, file);
    await writeFileAtomic(path, text);
    written.push(path);
  }
  return written;
}
