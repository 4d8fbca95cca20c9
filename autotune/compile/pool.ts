/** Generates and compiles variants on all cores. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import Tinypool from 'tinypool';
import { defaultCacheDirectory } from '../../runtime/index.js';
import type { CompileResult, CompileSettings, CompileTask } from './task.js';
import type { WorkerMessage } from './worker.js';

export interface CompilePoolOptions {
  /** Compilations at a time; one per core unless given. */
  readonly jobs?: number;
  readonly cacheDirectory?: string;
  readonly timeoutMs?: number;
  /** Ends running compilers at once; their tasks and those that wait come out as `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

export class CompilePool {
  readonly #pool: Tinypool;
  readonly #settings: CompileSettings;
  readonly #abortChannel = new BroadcastChannel(`gqs-compile-${randomUUID()}`);
  /** For workers that begin to listen only after the abort. */
  readonly #isOver = new Int32Array(new SharedArrayBuffer(4));
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => {
    Atomics.store(this.#isOver, 0, 1);
    this.#abortChannel.postMessage('abort');
  };

  constructor(options: CompilePoolOptions = {}) {
    const jobs = options.jobs ?? availableParallelism();
    this.#settings = {
      cacheDirectory: options.cacheDirectory ?? defaultCacheDirectory(),
      timeoutMs: options.timeoutMs ?? 120_000,
    };
    this.#pool = new Tinypool({
      filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
      runtime: 'worker_threads',
      minThreads: 0,
      maxThreads: jobs,
      idleTimeout: 60_000,
    });
    this.#abortChannel.unref();
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** One result per task, in their order; never rejects because of a task. `onResult` hears of each as it ends. */
  compile(
    tasks: readonly CompileTask[],
    onResult?: (result: CompileResult) => void,
  ): Promise<CompileResult[]> {
    return Promise.all(
      tasks.map(async (task) => {
        const result = await this.#compileOne(task);
        onResult?.(result);
        return result;
      }),
    );
  }

  /** Ends the workers; tasks that still run are given up. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#onAbort();
    this.#abortChannel.close();
    await this.#pool.destroy();
  }

  async #compileOne(task: CompileTask): Promise<CompileResult> {
    if (this.#isAborted()) return { kind: 'aborted' };
    const message: WorkerMessage = {
      task,
      settings: this.#settings,
      abortChannel: this.#abortChannel.name,
      isOver: this.#isOver,
    };
    try {
      const result = (await this.#pool.run(message)) as CompileResult;
      return this.#isAborted() ? { kind: 'aborted' } : result;
    } catch (error) {
      if (this.#isAborted()) return { kind: 'aborted' };
      // The worker itself ended, e.g. out of memory.
      const text = error instanceof Error ? error.message : String(error);
      return {
        kind: 'failed',
        invalidity: 'compile',
        message: `the compile worker ended: ${text}`,
        diagnostics: [],
      };
    }
  }

  #isAborted(): boolean {
    return this.#signal?.aborted === true;
  }
}
