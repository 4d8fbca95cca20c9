/** What is wrong with the arguments of the program that sanitizers watch is said in one line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { scratchDirectory } from '../support/paths.js';
import { runCommand } from '../support/run-command.js';

const program = fileURLToPath(new URL('run-sample.js', import.meta.url));

async function isRefused(t: ExecutionContext, args: string[], message: RegExp): Promise<void> {
  const { status, stdout, stderr } = await runCommand(process.execPath, [program, ...args]);
  t.is(status, 1);
  t.is(stdout, '');
  t.regex(stderr, message);
  t.is(stderr.trimEnd().split('\n').length, 1, stderr);
}

test('a folder without results', isRefused, ['nowhere'], /found no nowhere.winners\.json/);

test('winners that were cut short', async (t) => {
  const folder = scratchDirectory(t);
  writeFileSync(join(folder, 'winners.json'), '{"winners": [');
  await isRefused(t, [folder], /Expected winners .* but received no JSON/);
});

test('two folders', isRefused, ['one', 'two'], /Expected one results folder but received one, two/);

test('an unknown option', isRefused, ['--most'], /Unknown option '--most'/);
