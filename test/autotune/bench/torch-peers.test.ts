import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
import type { ContestResult } from '../../../autotune/bench/contest.js';
import { runTorchPeer, torchPeers } from '../../../autotune/bench/torch-peers.js';
import { projectPath, scratchDirectory } from '../../support/paths.js';
import { commandWorks } from '../../support/run-command.js';
import { contest } from './bench-fixture.js';

const python = 'python3';
const hasPython = await commandWorks(python, ['--version']);
if (!hasPython) console.log('PyTorch peers are not tested: no python3 here');
const test = hasPython ? anyTest : anyTest.skip;

interface Asked {
  readonly timeoutMs?: number;
  readonly python?: string;
}

/** Asks a program `torch_peers.py` with this text for the two products of the contest. */
async function answersOf(t: ExecutionContext, source: string, asked: Asked = {}): Promise<ContestResult[]> {
  const programs = scratchDirectory(t);
  writeFileSync(join(programs, 'torch_peers.py'), source);
  return runTorchPeer(torchPeers[0], contest, { python, programs, timeoutMs: 30_000, ...asked });
}

/** A program that answers to the first product, and then runs `then`. */
const afterOne = (then: string): string =>
  [
    'import json, os, sys, time',
    'request = json.loads(sys.argv[1])',
    'n, k, m = request["products"][0]',
    'with open(sys.argv[2], "a") as answers:',
    '    answers.write(json.dumps({"n": n, "k": k, "m": m, "us": [1, 3, 2], "note": None}) + "\\n")',
    then,
  ].join('\n');

const first = { contender: 'cuBLAS float16', n: 256, k: 128, m: 1 };
const firstTimes = { medianUs: 2, leastUs: 1, mostUs: 3, samples: 3 };

const ends: Readonly<Record<string, { then: string; reason: RegExp; timeoutMs?: number }>> = {
  'that raises half-way': {
    then: 'raise RuntimeError("CUDA error: out of memory")',
    reason: /^it ended with status 1 without an answer: RuntimeError: CUDA error: out of memory$/,
  },
  'that a signal ends half-way': { then: 'os.abort()', reason: /^it was ended by SIGABRT/ },
  'that hangs half-way': { then: 'time.sleep(60)', reason: /within its time limit$/, timeoutMs: 10_000 },
  'that stops half-way': { then: '', reason: /^it ended with status 0 without an answer$/ },
  'whose last line is cut off': {
    then: 'open(sys.argv[2], "a").write(\'{"n": 256, "k": 128, "m": 2, "us": [1\')',
    reason: /without an answer$/,
  },
};
for (const [name, { then, reason, timeoutMs }] of Object.entries(ends)) {
  test(`what a peer measured ${name} is kept`, async (t) => {
    const [kept, lost, ...more] = await answersOf(
      t,
      afterOne(then),
      timeoutMs === undefined ? {} : { timeoutMs },
    );
    t.deepEqual(kept, { kind: 'measured', measurement: { ...first, ...firstTimes } });
    t.is(lost?.kind, 'failed');
    if (lost?.kind !== 'failed') return;
    t.deepEqual(lost.failure.shape, { n: 256, k: 128, m: 2 });
    t.regex(lost.failure.reason, reason);
    t.deepEqual(more, []);
  });
}

test('a peer that never answers is one failure, that says what was not tried', async (t) => {
  const results = await answersOf(t, 'import no_such_module_at_all');
  t.is(results.length, 1);
  const [result] = results;
  t.true(
    result?.kind === 'failed' &&
      /ModuleNotFoundError.*; the products after it were not tried$/.test(result.failure.reason),
  );
});

test('a Python that is not there is one failure', async (t) => {
  const results = await answersOf(t, '', { python: '/nonexistent/python3' });
  t.is(results.length, 1);
  t.true(results[0]?.kind === 'failed' && /does not start/.test(results[0].failure.reason));
});

/** The program of the package, where `torch` is what a test makes of it. */
async function realAnswers(t: ExecutionContext, torch: string): Promise<ContestResult[]> {
  const modules = scratchDirectory(t);
  mkdirSync(join(modules, 'torch'));
  writeFileSync(join(modules, 'torch', '__init__.py'), torch);
  const wrapper = join(modules, 'python');
  writeFileSync(wrapper, `#!/bin/sh\nPYTHONPATH='${modules}' exec ${python} "$@"\n`, { mode: 0o755 });
  const programs = projectPath('autotune', 'bench', 'peers');
  return runTorchPeer(torchPeers[0], contest, { python: wrapper, programs, timeoutMs: 30_000 });
}

test('without PyTorch the peer is missing, said once', async (t) => {
  const results = await realAnswers(t, 'raise ImportError("No module named torch")');
  const reason = 'PyTorch: No module named torch';
  t.deepEqual(results, [{ kind: 'failed', failure: { contender: 'cuBLAS float16', reason } }]);
});

test('with a PyTorch that has no GPU the peer is missing', async (t) => {
  const results = await realAnswers(t, 'class cuda:\n    is_available = staticmethod(lambda: False)\n');
  t.deepEqual(results, [
    { kind: 'failed', failure: { contender: 'cuBLAS float16', reason: 'PyTorch has no CUDA device' } },
  ]);
});

test('a product that raises is a failure of its own, and the others are asked for', async (t) => {
  const torch = [
    'class cuda:',
    '    is_available = staticmethod(lambda: True)',
    '    empty_cache = staticmethod(lambda: None)',
    'float16 = None',
    'def randn(m, k, **_):',
    '    raise ValueError("" if m == 1 else "no\\nmemory")',
  ].join('\n');
  const results = await realAnswers(t, torch);
  t.deepEqual(
    results.map((result) => result.kind === 'failed' && [result.failure.shape?.m, result.failure.reason]),
    [
      [1, 'ValueError:'],
      [2, 'ValueError: no'],
    ],
  );
});
