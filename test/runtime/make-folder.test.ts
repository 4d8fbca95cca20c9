import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeFolder } from '../../runtime/index.js';
import { scratchDirectory } from '../support/paths.js';

test('makes what is missing, and takes what is there', async (t) => {
  const folder = join(scratchDirectory(t), 'a', 'b', 'c');
  await Promise.all([makeFolder(folder), makeFolder(folder)]);
  await makeFolder(folder);
  t.true(statSync(folder).isDirectory());
});

test('a file in the way is an error', async (t) => {
  const file = join(scratchDirectory(t), 'file');
  writeFileSync(file, '');
  await t.throwsAsync(makeFolder(join(file, 'below')), { code: 'ENOTDIR' });
});

const proc = process.platform === 'linux' ? test : test.skip;
proc('a file system that refuses folders with ENOENT is an error, not an endless attempt', async (t) => {
  t.timeout(5000);
  await t.throwsAsync(makeFolder('/proc/gqs/deeper'), { code: 'ENOENT' });
});
