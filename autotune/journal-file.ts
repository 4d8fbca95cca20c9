/** Reads a journal that may have been cut or damaged: what is whole is kept, what is not is reported by line. */
import { z } from 'zod';
import { differences, type Fingerprint } from './fingerprint.js';
import { ResultsError } from './results/error.js';
import { trialSchema, type Trial } from './trial.js';

export const journalVersion = 1;

const headerSchema = z.strictObject({
  journal: z.literal('gqs-tune'),
  schemaVersion: z.int(),
  fingerprint: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export interface JournalContent {
  readonly trials: readonly Trial[];
  /** One sentence for each line that was left out. */
  readonly warnings: readonly string[];
  /** Bytes up to the end of the last whole line; appending goes on from there. */
  readonly wholeBytes: number;
}

export function headerLine(fingerprint: Fingerprint): string {
  return `${JSON.stringify({ journal: 'gqs-tune', schemaVersion: journalVersion, fingerprint })}\n`;
}

export function trialLine(trial: Trial): string {
  return `${JSON.stringify(trial)}\n`;
}

/**
 * Parses a journal's bytes. Throws ResultsError when its header is no journal's, of another schema version, or of a
 * run with another fingerprint. An empty journal, or one cut within its header, has no content and 0 whole bytes.
 */
export function parseJournal(path: string, bytes: Buffer, fingerprint: Fingerprint): JournalContent {
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const warnings: string[] = [];
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1);
  if (wholeBytes < bytes.length) {
    warnings.push(
      `${path}: line ${lines.length + 1} was cut off while it was written and is left out; its trial runs again`,
    );
  }
  const [first, ...rest] = lines;
  if (first === undefined) return { trials: [], warnings, wholeBytes };
  checkHeader(path, first, fingerprint);
  const trials = rest.flatMap((line, i) => {
    const parsed = parseTrial(line);
    if ('trial' in parsed) return [parsed.trial];
    warnings.push(`${path}: line ${i + 2} is left out, expected a trial but received ${parsed.wrong}`);
    return [];
  });
  return { trials, warnings, wholeBytes };
}

function checkHeader(path: string, line: string, fingerprint: Fingerprint): void {
  const header = headerSchema.safeParse(parseJson(line));
  if (!header.success) {
    throw new ResultsError(
      'malformed',
      path,
      `Expected the header of a tuning journal in line 1 of ${path} but received ${excerpt(line)}. Move the file away, or run without --resume.`,
      header.error,
    );
  }
  if (header.data.schemaVersion !== journalVersion) {
    throw new ResultsError(
      'version',
      path,
      `Expected journal schema version ${journalVersion} in ${path} but received ${header.data.schemaVersion}. It was written by another version of gqs: run without --resume to start over.`,
    );
  }
  const changes = differences(header.data.fingerprint, fingerprint);
  if (changes.length > 0) {
    throw new ResultsError(
      'fingerprint',
      path,
      `Expected ${path} to be the journal of this run but it differs in ${changes.join('; ')}. Run with the same options and device, or without --resume to start over.`,
    );
  }
}

function parseTrial(line: string): { trial: Trial } | { wrong: string } {
  const json = parseJson(line);
  if (json === undefined) return { wrong: excerpt(line) };
  const parsed = trialSchema.safeParse(json);
  if (parsed.success) return { trial: parsed.data };
  const issue = parsed.error.issues[0];
  return { wrong: `${issue?.message ?? 'something else'} at ${issue?.path.join('.') || 'the root'}` };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line);
}
