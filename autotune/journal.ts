/** The append-only record of a run, by which a run killed at any moment continues where it was. */
import { open, readFile, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../runtime/index.js';
import type { Fingerprint } from './fingerprint.js';
import { headerLine, parseJournal, trialLine, type JournalContent } from './journal-file.js';
import { errorCode, readError, writeError } from './results/error.js';
import { trialKey, type Trial, type TrialKey } from './trial.js';

export interface JournalOptions {
  readonly path: string;
  readonly fingerprint: Fingerprint;
  /** True continues the journal that is there, if any. False starts a new one and keeps the old as `<path>.previous`. */
  readonly resume: boolean;
}

export class Journal {
  readonly path: string;
  /** Sentences about lines of the resumed journal that were left out. */
  readonly warnings: readonly string[];
  readonly #file: FileHandle;
  readonly #trials: Map<string, Trial>;
  #bytes: number;
  #queue: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, content: JournalContent) {
    this.path = path;
    this.warnings = content.warnings;
    this.#file = file;
    this.#bytes = content.wholeBytes;
    this.#trials = new Map(content.trials.map((trial) => [trialKey(trial), trial]));
  }

  /** Opens or starts a journal. Throws ResultsError when it cannot, or when the journal belongs to another run. */
  static async open({ path, fingerprint, resume }: JournalOptions): Promise<Journal> {
    const content = resume ? await load(path, fingerprint) : undefined;
    try {
      await makeFolder(dirname(path));
      if (!resume) await setAside(path);
      if (content !== undefined) await truncate(path, content.wholeBytes);
      const file = await open(path, 'a');
      const journal = new Journal(path, file, content ?? { trials: [], warnings: [], wholeBytes: 0 });
      await journal.#start(fingerprint);
      return journal;
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  /** Every trial so far, the resumed ones first. */
  get trials(): readonly Trial[] {
    return [...this.#trials.values()];
  }

  find(key: TrialKey): Trial | undefined {
    return this.#trials.get(trialKey(key));
  }

  /**
   * Writes trials and waits until they are on the disk. Throws ResultsError when that fails; the journal then holds
   * what it held before, and can still be appended to.
   */
  append(trials: readonly Trial[]): Promise<void> {
    const written = this.#queue.then(async () => {
      if (trials.length > 0) await this.#write(trials.map(trialLine).join(''));
      for (const trial of trials) this.#trials.set(trialKey(trial), trial);
    });
    this.#queue = written.catch(() => undefined);
    return written;
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }

  async #start(fingerprint: Fingerprint): Promise<void> {
    if (this.#bytes > 0) return;
    try {
      await this.#write(headerLine(fingerprint));
    } catch (cause) {
      await this.#file.close();
      throw cause;
    }
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
    } catch (cause) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw writeError(this.path, cause);
    }
    this.#bytes += bytes.length;
  }
}

async function load(path: string, fingerprint: Fingerprint): Promise<JournalContent | undefined> {
  let bytes: Buffer;
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is no regular file: choose another with --out');
    bytes = await readFile(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw readError(path, cause);
  }
  return parseJournal(path, bytes, fingerprint);
}

/** A journal without trials is not worth the one that was set aside before it. */
async function setAside(path: string): Promise<void> {
  try {
    const hasTrials = (await readFile(path)).filter((byte) => byte === 0x0a).length > 1;
    if (hasTrials) await rename(path, `${path}.previous`);
    else await rm(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
}
