/** What ncu printed for a winner, kept with what it is of: enough to make counters.json again without a GPU. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TuneError } from '../pipeline/error.js';
import { oneLine } from '../results/index.js';
import { profileRunSchema, subjectSchema } from './profile-file.js';

const marker = '==GQS== ';

const headingSchema = z.strictObject({
  run: profileRunSchema,
  subject: subjectSchema,
});

export type RawHeading = z.infer<typeof headingSchema>;

export interface RawRecord {
  /** Where it was read from, for messages. */
  readonly path: string;
  /** Missing in what somebody recorded with ncu itself. */
  readonly heading: RawHeading | undefined;
  readonly output: string;
}

export function rawText(heading: RawHeading, output: string): string {
  return `${marker}${oneLine(heading)}\n${output}`;
}

/** The records of a file, or of every file in a folder. @throws TuneError */
export async function readRaw(path: string): Promise<RawRecord[]> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const files = isFolder ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return files.flatMap((file, index) => parseRaw(file, texts[index]!));
  } catch (cause) {
    if (cause instanceof TuneError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TuneError(`Expected what ncu printed in ${path} but received "${why}"`, { cause });
  }
}

/** One record per heading; a text without any is one record. @throws TuneError */
export function parseRaw(path: string, text: string): RawRecord[] {
  const [before = '', ...parts] = `\n${text}`.split(`\n${marker}`);
  if (parts.length === 0) return [{ path, heading: undefined, output: before }];
  return parts.map((part) => {
    const end = part.indexOf('\n');
    const [line, output] = end < 0 ? [part, ''] : [part.slice(0, end), part.slice(end + 1)];
    return { path, heading: parseHeading(path, line), output };
  });
}

function parseHeading(path: string, line: string): RawHeading {
  try {
    return headingSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new TuneError(
      `Expected a heading of this version of gqs behind ${marker.trim()} in ${path} but received "${line.slice(0, 80)}"`,
      { cause },
    );
  }
}
