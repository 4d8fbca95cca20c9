/** What is known of this installation of gqs. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const gitTimeoutMs = 5000;

/** The version in package.json. */
export function gqsVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/**
 * The revision of the source tree, '-dirty' appended when it has changes. A copy with another history may be told its
 * revision in $GQS_REVISION; null where nothing is known.
 */
export async function sourceRevision(): Promise<string | null> {
  const root = projectRoot();
  const told = process.env['GQS_REVISION'] ?? '';
  if (told !== '') return told;
  if (!existsSync(join(root, '.git'))) return null;
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('git', args, { cwd: root, timeout: gitTimeoutMs });
    return stdout.trim();
  };
  try {
    const revision = await git('rev-parse', 'HEAD');
    const changes = await git('status', '--porcelain', '--untracked-files=no');
    return changes === '' ? revision : `${revision}-dirty`;
  } catch {
    // No git, or a tree without a commit: there is no revision to name.
    return null;
  }
}

/** The folder of package.json, above dist/ as well as above the sources. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
