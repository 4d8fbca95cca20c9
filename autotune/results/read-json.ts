/** Reads JSON files that somebody else may have written. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode, readError, ResultsError } from './error.js';

/** The file's text, or undefined when there is none. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw readError(path, cause);
  }
}

/** Parses and validates. Throws ResultsError that names the file and the place in it, and what to do. */
export function parseJsonAs<T>(path: string, text: string, schema: z.ZodType<T>, what: string): T {
  const remedy = 'Restore it (git checkout) or move it away, then run again; it was not changed.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const why = text.trim() === '' ? 'an empty file' : `no JSON (${(cause as Error).message})`;
    throw new ResultsError(
      'malformed',
      path,
      `Expected ${what} in ${path} but received ${why}. ${remedy}`,
      cause,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') || 'the root';
  throw new ResultsError(
    'malformed',
    path,
    `Expected ${what} in ${path} but at ${place}: ${issue?.message ?? 'something else'}. ${remedy}`,
    parsed.error,
  );
}

const versionedSchema = z.looseObject({ schemaVersion: z.int() });

/** Throws ResultsError of kind 'version' for a file whose `schemaVersion` is a whole number other than `expected`. */
export function checkSchemaVersion(path: string, text: string, expected: number): void {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return; // parseJsonAs says it better
  }
  const versioned = versionedSchema.safeParse(json);
  if (!versioned.success || versioned.data.schemaVersion === expected) return;
  throw new ResultsError(
    'version',
    path,
    `Expected schema version ${expected} in ${path} but received ${versioned.data.schemaVersion}. Use the version of gqs that wrote it, or move the file away and run again.`,
  );
}
