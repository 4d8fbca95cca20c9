/** Whether generated text is as clang-format would write it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectPath, type Teardown } from './paths.js';

export interface NamedSource {
  readonly fileName: string;
  readonly source: string;
}

/** What clang-format (the project's .clang-format) would change in the sources; empty when nothing. */
export function formatFindings(t: Teardown, sources: readonly NamedSource[]): string {
  // Below the project, so that its .clang-format applies.
  const folder = mkdtempSync(projectPath('dist', 'clang-format-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const files = sources.map(({ fileName, source }) => {
    const file = join(folder, fileName);
    writeFileSync(file, source);
    return file;
  });
  const clangFormat = createRequire(import.meta.url).resolve('clang-format/index.js');
  const run = spawnSync(process.execPath, [clangFormat, '--dry-run', '-Werror', ...files], {
    encoding: 'utf8',
  });
  return run.status === 0 ? '' : `status ${run.status}: ${run.stderr}`;
}
