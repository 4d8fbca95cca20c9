/** The command line of the benchmarks, as a user calls it. */
import test, { type ExecutionContext } from 'ava';
import { projectPath, scratchDirectory } from '../../support/paths.js';
import { runCommand, type CommandResult } from '../../support/run-command.js';

/** All benchmarks compile much the same kernels. */
const cache = projectPath('dist', 'test-cache');

/** Runs `gqs-tune` in an empty folder, results in it. */
export function gqsTune(
  t: ExecutionContext,
  args: readonly string[],
  cwd = scratchDirectory(t),
): Promise<CommandResult> {
  const cli = projectPath('dist', 'autotune', 'cli.js');
  const env = { ...process.env, GQS_CACHE: cache };
  return runCommand(process.execPath, [cli, ...args], { cwd, env, timeoutMs: 900_000 });
}

/** One message on standard error, nothing else, and no stack. */
export const rejected = test.macro(async (t: ExecutionContext, args: readonly string[], message: RegExp) => {
  const { status, stdout, stderr } = await gqsTune(t, args);
  t.is(status, 1);
  t.is(stdout, '');
  t.regex(stderr, message);
  t.is(stderr.trim().split('\n').length, 1);
  t.notRegex(stderr, /^\s+at /m);
});
