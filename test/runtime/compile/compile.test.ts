import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import {
  compileKernel,
  CompileCacheError,
  findCxx,
  ToolMissing,
  type Compiler,
  type CompileOutcome,
} from '../../../runtime/index.js';
import { scratchDirectory } from '../../support/paths.js';
import { plantedKernel } from '../../support/planted-kernels.js';

function succeeded(outcome: CompileOutcome): Extract<CompileOutcome, { ok: true }> {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome;
}

/** A compiler whose only job is to behave as `script` says. */
function fakeCompiler(directory: string, script: string): Compiler {
  const path = join(directory, 'fake-c++');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { tool: 'c++', path, major: 12, minor: 0, versionText: 'fake 12.0' };
}

test('a kernel is compiled once, then found in the cache', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const kernel = plantedKernel('right');
  const first = succeeded(await compileKernel(kernel, { cacheDirectory }));
  t.false(first.cached);
  t.is(readFileSync(first.binaryPath).toString('latin1', 1, 4), 'ELF');
  const second = succeeded(await compileKernel(kernel, { cacheDirectory }));
  t.true(second.cached);
  t.is(second.binaryPath, first.binaryPath);
  t.is(second.seconds, first.seconds);
});

test('another source or another compiler is another entry', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const paths = new Set<string>();
  const compiler = await findCxx();
  const sameHash = { ...plantedKernel('wrong').manifest, hash: plantedKernel('right').manifest.hash };
  for (const kernel of [plantedKernel('right'), { ...plantedKernel('wrong'), manifest: sameHash }]) {
    for (const versionText of ['one', 'two']) {
      const options = { cacheDirectory, compiler: { ...compiler, versionText } };
      paths.add(succeeded(await compileKernel(kernel, options)).binaryPath);
    }
  }
  t.is(paths.size, 4);
});

test('an nvcc without its C++ compiler is a missing tool, not a kernel that does not compile', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const says = 'echo "nvcc fatal   : Failed to preprocess host compiler properties." >&2; exit 1';
  const compiler = fakeCompiler(cacheDirectory, says);
  await t.throwsAsync(compileKernel(plantedKernel('right'), { cacheDirectory, compiler }), {
    instanceOf: ToolMissing,
    message: /C\+\+ compiler on PATH for nvcc.*install g\+\+/,
  });
});

test('an error of the source is an outcome that names its line', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const kernel = plantedKernel('doesNotCompile');
  const outcome = await compileKernel(kernel, { cacheDirectory });
  if (outcome.ok) return t.fail('it compiled');
  t.is(outcome.invalidity, 'compile');
  const line = kernel.source.split('\n').findIndex((text) => text.includes('undefined_name')) + 1;
  t.is(outcome.diagnostics[0]?.line, line);
  t.is(outcome.diagnostics[0]?.file, kernel.fileName);
  t.regex(outcome.message, /undefined_name/);
  t.deepEqual(readdirSync(join(cacheDirectory, 'building')), []);
});

test('a binary that changed on disk is compiled again', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const kernel = plantedKernel('right');
  const { binaryPath } = succeeded(await compileKernel(kernel, { cacheDirectory }));
  const whole = readFileSync(binaryPath);
  writeFileSync(binaryPath, whole.subarray(0, 100));
  const again = succeeded(await compileKernel(kernel, { cacheDirectory }));
  t.false(again.cached);
  t.is(readFileSync(again.binaryPath).length, whole.length);
});

test('an entry without its record is compiled again', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const kernel = plantedKernel('right');
  const { binaryPath } = succeeded(await compileKernel(kernel, { cacheDirectory }));
  writeFileSync(join(binaryPath, '..', 'record.json'), '{"seconds": 1, "bin');
  t.false(succeeded(await compileKernel(kernel, { cacheDirectory })).cached);
});

test('compilations of the same kernel at the same time all succeed', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const kernel = plantedKernel('right');
  const outcomes = await Promise.all([0, 1, 2].map(() => compileKernel(kernel, { cacheDirectory })));
  const paths = new Set(outcomes.map((outcome) => succeeded(outcome).binaryPath));
  t.is(paths.size, 1);
  t.true(existsSync([...paths][0]!));
  t.deepEqual(readdirSync(join(cacheDirectory, 'building')), []);
});

test('a compiler that hangs is ended with all that it started', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const marker = join(cacheDirectory, 'late');
  const compiler = fakeCompiler(cacheDirectory, `(sleep 1; touch ${marker}) & sleep 30`);
  const outcome = await compileKernel(plantedKernel('right'), { cacheDirectory, compiler, timeoutMs: 200 });
  t.like(outcome, { ok: false, invalidity: 'timeout' });
  await new Promise((resolve) => setTimeout(resolve, 1200));
  t.false(existsSync(marker));
  t.deepEqual(readdirSync(join(cacheDirectory, 'building')), []);
});

test('an abort rejects at once and leaves nothing', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const compiler = fakeCompiler(cacheDirectory, 'sleep 30');
  const abort = new AbortController();
  const running = compileKernel(plantedKernel('right'), { cacheDirectory, compiler, signal: abort.signal });
  setTimeout(() => {
    abort.abort(new Error('enough'));
  }, 100);
  await t.throwsAsync(running, { message: 'enough' });
  t.deepEqual(readdirSync(join(cacheDirectory, 'building')), []);
});

test('a compiler that is killed is an outcome', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const compiler = fakeCompiler(cacheDirectory, 'kill -9 $$');
  const outcome = await compileKernel(plantedKernel('right'), { cacheDirectory, compiler });
  t.like(outcome, { ok: false, invalidity: 'compile', message: 'the compiler was ended by SIGKILL' });
});

test('a full disk is not blamed on the kernel', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const compiler = fakeCompiler(
    cacheDirectory,
    'echo "ld: final link failed: No space left on device" >&2; exit 1',
  );
  const error = await t.throwsAsync(compileKernel(plantedKernel('right'), { cacheDirectory, compiler }), {
    instanceOf: CompileCacheError,
  });
  t.is(error.code, 'ENOSPC');
  t.regex(error.message, /GQS_CACHE/);
});

test('a cache below a file names the folder and the remedy', async (t) => {
  const directory = scratchDirectory(t);
  writeFileSync(join(directory, 'file'), '');
  const cacheDirectory = join(directory, 'file', 'cache');
  const error = await t.throwsAsync(compileKernel(plantedKernel('right'), { cacheDirectory }), {
    instanceOf: CompileCacheError,
  });
  t.is(error.directory, cacheDirectory);
  t.is(error.code, 'ENOTDIR');
});

test('leftovers in the building folder are not taken for entries', async (t) => {
  const cacheDirectory = scratchDirectory(t);
  const left = join(cacheDirectory, 'building', 'killed');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'kernel.so'), 'half');
  t.false(succeeded(await compileKernel(plantedKernel('right'), { cacheDirectory })).cached);
});
