/** Makes folders without the `recursive` of mkdir. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes the folder at `path` and those above it that are missing. One after the other: in Node 20 the `recursive` of
 * mkdir never returns where a file system refuses new folders with ENOENT, as /proc does.
 * @throws what mkdir throws;
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
