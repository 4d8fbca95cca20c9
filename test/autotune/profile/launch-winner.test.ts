/** The process that a profiler watches, on the CPU: it launches what it is told, checks it, and says what went wrong. */
import test from 'ava';
import { compileKernel, openDevice } from '../../../runtime/index.js';
import { defaultVariant, generate, type Problem } from '../../../generator/index.js';
import { projectPath, scratchDirectory, type Teardown } from '../../support/paths.js';
import { runCommand, type CommandResult } from '../../support/run-command.js';

const script = projectPath('dist', 'autotune', 'profile', 'launch-winner.js');
const problem: Problem = {
  ...{ op: 'gemv', n: 2048, k: 1024, m: 1, bits: 4, groupSize: 16, density: 0.5 },
  ...{ activation: 'f32', output: 'f32', epilogue: 'none' },
};
const target = openDevice('cpu').description.target;
const variant = defaultVariant(problem, target);
const arch = variant.target === 'cpu' ? variant.isa : '';

async function request(t: Teardown) {
  const outcome = await compileKernel(generate(problem, variant, arch), {
    cacheDirectory: scratchDirectory(t),
  });
  if (!outcome.ok) throw new Error(outcome.message);
  const { binaryPath } = outcome;
  return { device: 'cpu', arch, problem, variant, seed: 1, rows: 'binomial', binaryPath };
}

function launch(given: unknown): Promise<CommandResult> {
  return runCommand(process.execPath, [script, JSON.stringify(given)], { timeoutMs: 240_000 });
}

test('a kernel that is right is launched in silence', async (t) => {
  t.deepEqual(await launch(await request(t)), { status: 0, signal: null, stdout: '', stderr: '' });
});

test('a device or kernel that is not there, and no request, are one line and a status', async (t) => {
  const good = await request(t);
  for (const [given, reason] of [
    [{ ...good, device: 'cuda:99' }, /received "cuda:99"/],
    [{ ...good, binaryPath: '/no/such/kernel' }, /\/no\/such\/kernel/],
    [{ ...good, seed: 'one' }, /seed/],
    [undefined, /JSON/],
  ] as const) {
    const { status, stderr } = await launch(given);
    t.is(status, 1);
    t.regex(stderr, /^the kernel was not launched as it should: [^\n]+\n$/);
    t.regex(stderr, reason);
  }
});
