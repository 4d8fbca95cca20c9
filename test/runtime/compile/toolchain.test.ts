import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { defaultCacheDirectory, findCxx, findNvcc, ToolMissing } from '../../../runtime/index.js';
import { scratchDirectory } from '../../support/paths.js';

/** A folder with a program that prints `output` and ends with `status`. */
function fakeTool(t: ExecutionContext, name: string, output: string, status = 0): string {
  const folder = join(scratchDirectory(t), 'bin');
  mkdirSync(folder);
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ncat <<'EOF'\n${output}\nEOF\nexit ${status}\n`);
  chmodSync(path, 0o755);
  return folder;
}

const nvccVersion = (release: string): string =>
  `nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release ${release}, V${release}.88\nBuild cuda_${release}.r${release}/compiler.1_0`;

/** Runs tools by the shell's own path; nothing else of this machine is seen. */
const shell = '/bin:/usr/bin';

test('nvcc is taken from CUDA_HOME before PATH', async (t) => {
  const home = fakeTool(t, 'nvcc', nvccVersion('12.8'));
  const path = fakeTool(t, 'nvcc', nvccVersion('12.1'));
  const nvcc = await findNvcc('sm_120', { CUDA_HOME: join(home, '..'), PATH: path });
  t.like(nvcc, { major: 12, minor: 8, path: join(home, 'nvcc'), versionText: 'nvcc V12.8.88' });
  t.is((await findNvcc('sm_90', { PATH: path })).minor, 1);
});

test('an nvcc that is too old is named with the remedy', async (t) => {
  const PATH = fakeTool(t, 'nvcc', nvccVersion('11.8'));
  const error = await t.throwsAsync(findNvcc('sm_80', { PATH }), { instanceOf: ToolMissing });
  t.is(error.tool, 'nvcc');
  t.regex(error.message, /Expected nvcc 12\.0 or newer for sm_80 but received 11\.8 .*; remedy: install/);
});

test('sm_120 needs a newer nvcc than sm_90', async (t) => {
  const PATH = fakeTool(t, 'nvcc', nvccVersion('12.4'));
  t.is((await findNvcc('sm_90', { PATH })).minor, 4);
  await t.throwsAsync(findNvcc('sm_120', { PATH }), {
    instanceOf: ToolMissing,
    message: /12\.8 or newer for sm_120/,
  });
});

test('an nvcc that does not run, or says nothing of use, is reported', async (t) => {
  const broken = fakeTool(t, 'nvcc', 'cannot execute', 127);
  await t.throwsAsync(findNvcc('sm_90', { PATH: broken }), {
    instanceOf: ToolMissing,
    message: /exit status 127/,
  });
  const odd = fakeTool(t, 'nvcc', 'hello');
  await t.throwsAsync(findNvcc('sm_90', { PATH: odd }), {
    instanceOf: ToolMissing,
    message: /received "hello"/,
  });
});

test('CXX decides; without it c++, g++ and clang++ are tried', async (t) => {
  const folder = fakeTool(t, 'my-c++', 'g++ (Debian 12.2.0-14+deb12u1) 12.2.0');
  t.like(await findCxx({ CXX: join(folder, 'my-c++') }), { major: 12, minor: 2 });
  t.like(await findCxx({ CXX: 'my-c++', PATH: folder }), { path: join(folder, 'my-c++') });
  const clang = fakeTool(t, 'clang++', 'Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu');
  t.like(await findCxx({ PATH: clang }), { major: 14, minor: 0, versionText: 'Debian clang version 14.0.6' });
});

test('the versions of other vendors are read', async (t) => {
  const ubuntu = fakeTool(t, 'c++', 'c++ (Ubuntu 13.2.0-23ubuntu4) 13.2.0');
  t.is((await findCxx({ PATH: ubuntu })).major, 13);
  const redHat = fakeTool(t, 'c++', 'c++ (GCC) 11.4.1 20231218 (Red Hat 11.4.1-3)');
  t.is((await findCxx({ PATH: redHat })).major, 11);
});

test('no C++ compiler, a wrong CXX and one that is too old give the remedy', async (t) => {
  const empty = scratchDirectory(t);
  await t.throwsAsync(findCxx({ PATH: empty }), {
    instanceOf: ToolMissing,
    message: /received none; remedy: install g\+\+/,
  });
  await t.throwsAsync(findCxx({ PATH: shell, CXX: join(empty, 'no-c++') }), { message: /CXX=.*no-c\+\+/ });
  const old = fakeTool(t, 'c++', 'c++ (GCC) 7.5.0');
  await t.throwsAsync(findCxx({ PATH: old }), { message: /C\+\+20 compiler.*7\.5\.0/ });
});

test('the cache lies where the environment says', (t) => {
  t.is(defaultCacheDirectory({ GQS_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a');
  t.is(defaultCacheDirectory({ XDG_CACHE_HOME: '/b' }), '/b/gqs');
  t.regex(defaultCacheDirectory({}), /\.cache\/gqs$/);
});
