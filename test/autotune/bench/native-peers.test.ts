import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runNativePeer, type NativePeer } from '../../../autotune/bench/native-peers.js';
import type { ContestResult } from '../../../autotune/bench/contest.js';
import { findCxx } from '../../../runtime/index.js';
import { scratchDirectory } from '../../support/paths.js';
import { contest } from './bench-fixture.js';

interface Limits {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Compiles `source` with this machine's compiler and asks it for the products of the contest. */
async function answersOf(t: ExecutionContext, source: string, limits: Limits = {}): Promise<ContestResult[]> {
  const folder = scratchDirectory(t);
  const path = join(folder, 'peer.cpp');
  writeFileSync(path, source);
  const peer: NativePeer = {
    name: 'a peer',
    build: [(await findCxx()).path, path, '-o'],
    remedy: 'give another source',
    args: ['q4_0'],
  };
  return runNativePeer(peer, contest, { folder, buildTimeoutMs: 120_000, timeoutMs: 60_000, ...limits });
}

const reasonsOf = (results: readonly ContestResult[]): string[] =>
  results.map((result) => (result.kind === 'failed' ? result.failure.reason : 'measured'));

test('a peer is told the product and the protocol, and its samples are kept', async (t) => {
  const results = await answersOf(
    t,
    `#include <cstdio>
     #include <cstdlib>
     #include <cstring>
     int main(int argc, char** argv) {
       if (argc != 8 || std::strcmp(argv[7], "q4_0") != 0) return 2;
       if (std::atof(argv[4]) != 1e6 || std::atof(argv[5]) != 500 || std::atoi(argv[6]) != 3) return 3;
       const double us = std::atoi(argv[1]) * 1e-2 * std::atoi(argv[3]);
       std::puts("found 1 device");
       std::printf("{\\"us\\": [%g, %g, %g]}\\n", us, us * 2, us / 2);
     }`,
  );
  t.deepEqual(
    results.map((result) => result.kind === 'measured' && result.measurement),
    [1, 2].map((m) => ({
      contender: 'a peer',
      n: 256,
      k: 128,
      m,
      medianUs: 2.56 * m,
      leastUs: 1.28 * m,
      mostUs: 5.12 * m,
      samples: 3,
    })),
  );
});

test('a peer may fail for one product and not for another', async (t) => {
  const results = await answersOf(
    t,
    `#include <cstdio>
     int main(int, char** argv) {
       std::puts(argv[3][0] == '1' ? "{\\"failed\\": \\"no single token\\"}" : "{\\"us\\": [5]}");
     }`,
  );
  t.deepEqual(reasonsOf(results), ['no single token', 'measured']);
  t.deepEqual(results[0]!.kind === 'failed' && results[0]!.failure.shape, { n: 256, k: 128, m: 1 });
});

test('a peer that crashes or says nothing is not measured, with what it last said', async (t) => {
  const results = await answersOf(
    t,
    `#include <cstdio>
     #include <cstdlib>
     int main(int, char** argv) {
       std::fputs("reading\\nillegal <instruction>\\n", stderr);
       if (argv[3][0] == '1') std::abort();
       return 7;
     }`,
  );
  t.deepEqual(reasonsOf(results), [
    'it was ended by SIGABRT: illegal <instruction>',
    'it ended with status 7 without an answer: illegal <instruction>',
  ]);
});

test('a peer that hangs costs its time limit and no more', async (t) => {
  const source = 'int main() { for (volatile int i = 0;; i = 1) {} }';
  const results = await answersOf(t, source, { timeoutMs: 200 });
  t.deepEqual(reasonsOf(results), [
    'it gave no answer within its time limit',
    'it gave no answer within its time limit',
  ]);
});

test('a peer that does not build is one failure, with the first error and the remedy', async (t) => {
  const reasons = reasonsOf(await answersOf(t, '#include <no-such-header.h>\nint main() {}\n'));
  t.is(reasons.length, 1);
  t.regex(reasons[0]!, /^it does not build \(.*no-such-header\.h.*\); give another source$/);
});

test('a compiler that is not there is one failure', async (t) => {
  const peer: NativePeer = { name: 'p', build: ['/nonexistent/nvcc', '-o'], remedy: 'r', args: [] };
  const options = { folder: scratchDirectory(t), buildTimeoutMs: 1000, timeoutMs: 1000 };
  const reasons = reasonsOf(await runNativePeer(peer, contest, options));
  t.is(reasons.length, 1);
  t.regex(reasons[0]!, /\/nonexistent\/nvcc does not start: .*ENOENT/);
});

test('an abort ends a peer that runs', async (t) => {
  const abort = new AbortController();
  const asked = answersOf(t, 'int main() { for (volatile int i = 0;; i = 1) {} }', { signal: abort.signal });
  abort.abort(new Error('enough'));
  await t.throwsAsync(asked, { message: 'enough' });
});
