/** Runs a program to its end and reports what it said; a status other than 0 is a result, not an exception. */
import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit status, or null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program with SIGKILL after this many milliseconds; 60 s unless told. */
  readonly timeoutMs?: number;
}

/** Rejects only when the program cannot be started. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      resolve({ status, signal, stdout, stderr });
    });
  });
}

/** Whether a program of that name can be started with these arguments and ends with status 0. */
export async function commandWorks(program: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await runCommand(program, args)).status === 0;
  } catch {
    return false;
  }
}
