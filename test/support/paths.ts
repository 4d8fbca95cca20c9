/** Where tests find the project and where they may write. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the project; tests run from dist/test/, three levels below it. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Absolute path of a file of the project, e.g. `projectPath('templates', 'cuda')`. */
export function projectPath(...parts: string[]): string {
  return join(projectRoot, ...parts);
}

/** The part of ava's `t` that a scratch directory needs. */
export interface Teardown {
  teardown(fn: () => void): void;
}

/** Makes an empty directory that is removed when the test `t` ends, whether it passed or not. */
export function scratchDirectory(t: Teardown): string {
  const directory = mkdtempSync(join(tmpdir(), 'gqs-test-'));
  t.teardown(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
