/** Lists files of the project for tests that look at many of them. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { projectRoot } from './paths.js';

/**
 * All files below `directory` (relative to the project) whose name ends in one of `endings`, as sorted paths relative
 * to the project with forward slashes; none when the directory does not exist.
 */
export function projectFiles(directory: string, endings: readonly string[]): string[] {
  const root = join(projectRoot, directory);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
