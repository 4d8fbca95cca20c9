/** Runs a program in a process group of its own, so that a time-out or an abort ends it with everything it started. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds until the group is killed. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type ProcessEnd =
  | { readonly kind: 'exit'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals; readonly stderr: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'not_started'; readonly error: NodeJS.ErrnoException };

/** Output kept per stream, in characters; what comes after is dropped. */
const keptCharacters = 1 << 20;

/**
 * Resolves with how the program ended; a bad status is a result, not an exception.
 * @throws the reason of `options.signal` when it aborts; the group is dead by then.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ProcessEnd> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const timeout = { fired: false };
  const timer = setTimeout(() => {
    timeout.fired = true;
    killGroup(child);
  }, options.timeoutMs);
  const onAbort = (): void => {
    killGroup(child);
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const end = await ended(child);
    options.signal?.throwIfAborted();
    return timeout.fired ? { kind: 'timeout' } : end;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function ended(child: ChildProcess): Promise<ProcessEnd> {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ kind: 'not_started', error });
    });
    child.once('close', (status, signal) => {
      if (signal !== null) resolve({ kind: 'signal', signal, stderr: stderr() });
      else resolve({ kind: 'exit', status: status ?? 0, stdout: stdout(), stderr: stderr() });
    });
  });
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    if (text.length < keptCharacters) text += chunk;
  });
  return () => text;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // The group may have ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
