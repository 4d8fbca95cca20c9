/** What the README says has to be true: its links lead somewhere, its scripts exist, its example runs. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { referenceProduct, type GqsMatrix } from '../runtime/index.js';
import { projectPath } from './support/paths.js';
import { seededRandom } from './support/random.js';
import { runCommand } from './support/run-command.js';

const readme = readFileSync(projectPath('README.md'), 'utf8');

test('links and pictures in the repository are there', (t) => {
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
  const local = targets.filter((target) => !/^(?:https?:|#)/.test(target));
  t.true(local.length > 0);
  for (const target of local) t.true(existsSync(projectPath(target)), target);
});

test('the npm scripts that it names exist', (t) => {
  const { scripts } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = new Set([...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!));
  t.true(named.has('tune'));
  for (const name of named) t.true(name in scripts, name);
});

test("the table of options is the command line's", async (t) => {
  const cli = projectPath('dist', 'autotune', 'cli.js');
  const help = await runCommand(process.execPath, [cli, 'tune', '--help']);
  t.is(help.status, 0, help.stderr);
  const optionsOf = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, name]) => name!).sort();
  const offered = optionsOf(help.stdout, /^ {2}(?:-\w, )?(--[a-z-]+)/gm).filter((name) => name !== '--help');
  t.deepEqual(optionsOf(readme, /^\| `(--[a-z-]+)/gm), offered);
});

test('the example multiplies by the quantised matrix', async (t) => {
  const example = /```js\n([\s\S]*?)```/.exec(readme)![1]!;
  const [n, k, groupSize] = [1024, 2048, 16];
  const random = seededRandom(1);
  const weights = Float32Array.from({ length: n * k }, () => random.normal() * 0.02);
  const mask = Uint8Array.from({ length: (n * k) / groupSize }, () => random.integer(0, 1));
  const x = Float32Array.from({ length: k }, () => random.normal());
  // Inside the project, so that its own name resolves.
  const folder = mkdtempSync(projectPath('dist', 'readme-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'example.mjs');
  writeFileSync(
    path,
    `const { weights, mask, x } = globalThis.readmeInputs;\nconst console = { log() {} };\n${example}\nexport { matrix, y };\n`,
  );
  Object.assign(globalThis, { readmeInputs: { weights, mask, x } });
  const { matrix, y } = (await import(pathToFileURL(path).href)) as { matrix: GqsMatrix; y: Float32Array };
  const expected = referenceProduct(matrix, x, 1);
  t.is(y.length, n);
  const difference = Math.hypot(...expected.map((value, row) => value - y[row]!));
  t.true(difference < 1e-5 * Math.hypot(...expected), `${difference} of ${Math.hypot(...expected)}`);
});
