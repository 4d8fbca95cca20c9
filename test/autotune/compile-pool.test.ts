import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { defaultVariant, type Problem, type Variant } from '../../generator/index.js';
import { CompilePool } from '../../autotune/compile/pool.js';
import { scratchDirectory } from '../support/paths.js';

const problem: Problem = {
  op: 'gemv',
  n: 64,
  k: 128,
  m: 1,
  bits: 4,
  groupSize: 16,
  density: 0.5,
  activation: 'f32',
  output: 'f32',
  epilogue: 'none',
};
const target = { kind: 'cpu', isas: ['portable'], cores: 2, l2Bytes: 2 ** 20, llcBytes: 2 ** 24 } as const;

test('outcomes come in the order of their tasks; a broken task is a value', async (t) => {
  const pool = new CompilePool({ jobs: 2, cacheDirectory: scratchDirectory(t) });
  t.teardown(() => pool.close());
  const variant = defaultVariant(problem, target);
  const unknown = { ...variant, isa: 'sparc' } as unknown as Variant;
  const heard: string[] = [];
  const results = await pool.compile(
    [
      { traits: problem, variant: unknown, arch: 'sparc' },
      { traits: problem, variant, arch: 'portable' },
      { traits: problem, variant, arch: 'avx2' },
    ],
    ({ kind }) => heard.push(kind),
  );
  t.deepEqual(
    results.map(({ kind }) => kind),
    ['failed', 'compiled', 'failed'],
  );
  t.is(heard.length, 3);
});

test('a cache that cannot be written breaks the run, not the variant', async (t) => {
  const folder = scratchDirectory(t);
  writeFileSync(join(folder, 'file'), '');
  const pool = new CompilePool({ jobs: 1, cacheDirectory: join(folder, 'file', 'cache') });
  t.teardown(() => pool.close());
  const variant = defaultVariant(problem, target);
  const [result] = await pool.compile([{ traits: problem, variant, arch: 'portable' }]);
  if (result?.kind !== 'broken') return t.fail(`it is ${result?.kind ?? 'nothing'}`);
  t.regex(result.message, /writable compile cache/);
});

test('an abort ends what runs and what waits', async (t) => {
  const abort = new AbortController();
  const pool = new CompilePool({ jobs: 1, cacheDirectory: scratchDirectory(t), signal: abort.signal });
  t.teardown(() => pool.close());
  const variant = defaultVariant(problem, target);
  const tasks = ([2, 3, 4, 8] as const).map((bits) => ({
    traits: { ...problem, bits },
    variant,
    arch: 'portable',
  }));
  const running = pool.compile(tasks);
  setTimeout(() => {
    abort.abort();
  }, 50);
  const results = await running;
  t.true(results.every(({ kind }) => kind === 'aborted'));
  t.deepEqual(await pool.compile(tasks.slice(0, 1)), [{ kind: 'aborted' }]);
});
