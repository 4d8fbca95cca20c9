import { fileURLToPath } from 'node:url';
import test from 'ava';
import { scratchDirectory } from '../../support/paths.js';
import { runCommand } from '../../support/run-command.js';
import { buildKernels } from './kernels.js';

const script = fileURLToPath(new URL('leak.js', import.meta.url));
// A thousand buffers are 1 GB, a thousand pairs of threads 16 GB of stacks: a leak of a fiftieth shows.
const allowedBytes = 20e6;
// glibc would keep freed buffers, more of them the busier the machine is, instead of giving them back at once.
const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_ARENA_MAX: '2' };

for (const release of ['explicit', 'collected']) {
  test(`a thousand devices, modules, graphs and buffers leave memory where it was: ${release}`, async (t) => {
    const library = await buildKernels(scratchDirectory(t));
    const run = await runCommand(process.execPath, ['--expose-gc', script, library, release], {
      timeoutMs: 240_000,
      env,
    });
    t.is(run.status, 0, run.stderr);
    t.true(Number(run.stdout) < allowedBytes, `grew by ${run.stdout.trim()} bytes`);
  });
}
