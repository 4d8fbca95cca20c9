/** What sanitizers are given to run, and that one kernel that fails does not keep the others from being tried. */
import { join } from 'node:path';
import test from 'ava';
import { readWinners } from '../../autotune/results/index.js';
import {
  defaultVariant,
  enumerateVariants,
  knownArchitectures,
  type Problem,
} from '../../generator/index.js';
import { discoverDevices } from '../../runtime/index.js';
import { projectPath, scratchDirectory } from '../support/paths.js';
import { caseRejection, smallCase, type KernelCase } from './kernel-case.js';
import { onePerKind, sweep } from './sweep.js';
import { verifyCases } from './verify-cases.js';
import { winnerCases } from './winner-cases.js';

const target = knownArchitectures['sm_90']!;
const isSmall = ({ n, k }: KernelCase): boolean => n <= 131 && k <= 1024;

test('the sample has a kernel of each kind, all of which fit a small matrix', (t) => {
  const sample = onePerKind(sweep(90));
  t.deepEqual(
    [...new Set(sample.map(({ variant }) => variant.decomposition))],
    ['row_split', 'task_centric', 'row_permuted', 'mma_columns', 'mma_tiles'],
  );
  for (const kernel of sample.map((one) => smallCase(one, target))) {
    t.true(isSmall(kernel));
    t.is(caseRejection(kernel, target), undefined);
  }
});

test('every recorded winner is a case, on a small matrix', async (t) => {
  const folder = projectPath('results', 'nvidia-h200');
  const { winners } = (await readWinners(join(folder, 'winners.json')))!;
  const cases = await winnerCases(folder);
  t.true(winners.length > 0);
  t.deepEqual(
    cases.map(({ variant, n, k }) => [variant, n, k]),
    winners.map(({ variant, problem }) => [variant, problem.n, problem.k]),
  );
  for (const kernel of cases.map((one) => smallCase(one, target))) {
    t.true(isSmall(kernel));
    t.is(caseRejection(kernel, target), undefined);
  }
});

test('a folder without winners is an error that names the file', async (t) => {
  const folder = scratchDirectory(t);
  await t.throwsAsync(winnerCases(folder), { message: /Expected a results folder .*winners\.json/ });
});

const traits = {
  m: 16,
  bits: 4,
  groupSize: 16,
  activation: 'f16',
  output: 'f16',
  epilogue: 'none',
} as const;

test('a variant that needs a longer k than the small one keeps its own', (t) => {
  const problem: Problem = { op: 'gemv', n: 4096, k: 4096, density: 0.5, ...traits };
  const variant = enumerateVariants(problem, target).variants.find(
    (one) => one.decomposition === 'mma_tiles' && one.warps === 24,
  )!;
  const kernel = smallCase({ traits, variant, n: 4096, k: 4096, density: 0.5 }, target);
  t.deepEqual([kernel.n, kernel.k], [131, 4096]);
  t.is(caseRejection(kernel, target), undefined);
});

test('a kernel that does not fit the device fails alone', async (t) => {
  const cpu = discoverDevices().devices.find(({ kind }) => kind === 'cpu')!;
  const onCpu = { ...traits, activation: 'f32', output: 'f32' } as const;
  const shape = { n: 33, k: 64, density: 0.5 };
  const variant = defaultVariant({ op: 'gemv', ...shape, ...onCpu }, cpu.target);
  const fits: KernelCase = { traits: onCpu, variant, ...shape };
  const foreign: KernelCase = { ...fits, variant: sweep(90)[0]!.variant };
  const verdicts = [];
  for await (const { verdict } of verifyCases(cpu, [fits, foreign, fits])) verdicts.push(verdict);
  t.deepEqual(
    verdicts.map((verdict) => (verdict.ok ? 'right' : verdict.reason)),
    ['right', 'a cuda variant does not run on a cpu device', 'right'],
  );
});
