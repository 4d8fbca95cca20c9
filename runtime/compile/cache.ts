/**
 * Compiled kernels on disk, found by content. An entry is a folder that appears by one rename, complete and synced,
 * so that processes may share a cache and one that is killed leaves nothing that is taken for good.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import { CompileCacheError } from './cache-error.js';
import type { KernelResources } from './resources.js';

/** What an entry remembers of its compilation. */
export interface CacheRecord {
  readonly seconds: number;
  readonly binarySha256: string;
  readonly resources?: KernelResources | undefined;
}

export interface CacheEntry {
  readonly binaryPath: string;
  readonly record: CacheRecord;
}

const recordName = 'record.json';
const staleMs = 24 * 60 * 60 * 1000;

/** $GQS_CACHE, or gqs in $XDG_CACHE_HOME, or ~/.cache/gqs. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['GQS_CACHE'] ?? '';
  if (own !== '') return own;
  const xdg = env['XDG_CACHE_HOME'] ?? '';
  return join(xdg === '' ? join(homedir(), '.cache') : xdg, 'gqs');
}

/** Hex SHA-256 over the parts, with their lengths, so that no two lists share a key. */
export function cacheKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}

/** The entry of `key`, or undefined; an entry whose binary is not what was stored is removed. */
export async function lookUp(
  directory: string,
  key: string,
  binaryName: string,
): Promise<CacheEntry | undefined> {
  const folder = entryFolder(directory, key);
  try {
    const record = JSON.parse(await readFile(join(folder, recordName), 'utf8')) as CacheRecord;
    const binaryPath = join(folder, binaryName);
    if (sha256(await readFile(binaryPath)) === record.binarySha256) return { binaryPath, record };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && !(await exists(folder))) return undefined;
    if (code !== 'ENOENT' && !(error instanceof SyntaxError)) throw writeError(directory, error);
  }
  await rm(folder, { recursive: true, force: true });
  return undefined;
}

/**
 * Calls `build` with an empty folder on the cache's file system, and removes it afterwards whatever happens.
 * @throws CompileCacheError when the folder cannot be made.
 */
export async function withBuildFolder<T>(
  directory: string,
  build: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(directory, 'building', `${process.pid}-${randomUUID()}`);
  try {
    await makeFolder(folder);
  } catch (error) {
    throw writeError(directory, error);
  }
  try {
    return await build(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes a built folder the entry of `key`; when another process was first, its entry is kept.
 * @throws CompileCacheError on a full or forbidden disk.
 */
export async function publish(
  directory: string,
  key: string,
  buildFolder: string,
  binaryName: string,
  details: Omit<CacheRecord, 'binarySha256'>,
): Promise<CacheEntry> {
  const folder = entryFolder(directory, key);
  const binary = await readFile(join(buildFolder, binaryName));
  const record: CacheRecord = { ...details, binarySha256: sha256(binary) };
  try {
    await writeSynced(join(buildFolder, recordName), JSON.stringify(record));
    for (const name of await readdir(buildFolder)) await sync(join(buildFolder, name));
    await sync(buildFolder);
    await makeFolder(dirname(folder));
    await rename(buildFolder, folder);
    await sync(dirname(folder));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw writeError(directory, error);
  }
  return { binaryPath: join(folder, binaryName), record };
}

/** Removes what killed processes left behind more than a day ago. */
export async function removeStaleBuilds(directory: string, now = Date.now()): Promise<void> {
  const building = join(directory, 'building');
  if (!(await exists(building))) return;
  for (const name of await readdir(building)) {
    const folder = join(building, name);
    const modified = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => now,
    );
    if (now - modified > staleMs) await rm(folder, { recursive: true, force: true });
  }
}

/** Wraps an error of the file system; others pass through unchanged. */
export function writeError(directory: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error : new CompileCacheError(directory, code, { cause: error });
}

function entryFolder(directory: string, key: string): string {
  return join(directory, 'kernels', key.slice(0, 2), key);
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
