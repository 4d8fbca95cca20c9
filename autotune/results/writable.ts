/** Finds out before a run, not after it, whether its results can be written. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from './atomic.js';

/** Bytes that have to be free: less would not hold the results of one problem. */
const probeBytes = 64 * 1024;

/** Makes the folder when it is missing. Throws ResultsError with the remedy when nothing can be written there. */
export async function requireWritable(folder: string): Promise<void> {
  const probe = join(folder, '.gqs-tune-probe');
  await writeFileAtomic(probe, '\n'.repeat(probeBytes));
  await rm(probe, { force: true });
}
