import test from 'ava';
import { ClockRecord, type Session } from '../../../autotune/bench/session.js';
import { firstRight, type ReadyVariant } from '../../../autotune/bench/time-variants.js';
import { CompilePool } from '../../../autotune/compile/pool.js';
import type { Candidate, VerifyResult } from '../../../autotune/measure/protocol.js';
import { MeasureProcess } from '../../../autotune/measure/supervisor.js';
import { archOf } from '../../../autotune/pipeline/arch.js';
import { defaultVariant, generate, type Problem } from '../../../generator/index.js';
import { discoverDevices } from '../../../runtime/index.js';
import { scratchDirectory } from '../../support/paths.js';

const device = discoverDevices().devices.find(({ kind }) => kind === 'cpu')!;
const problem: Problem = {
  ...{ op: 'gemv', n: 64, k: 64, m: 1, bits: 4, groupSize: 16, density: 0.5 },
  ...{ activation: 'f32', output: 'f32', epilogue: 'none' },
};
const variant = defaultVariant(problem, device.target);
const { manifest } = generate(problem, variant, archOf(variant, device.target));

/** One variant for each path; those whose path says so are wrong. */
const ready = (...paths: string[]): ReadyVariant[] =>
  paths.map((binaryPath) => ({ variant, candidate: { manifest, binaryPath } }));

class Judge extends MeasureProcess {
  readonly asked: string[] = [];

  override verify({ binaryPath }: Candidate): Promise<VerifyResult> {
    this.asked.push(binaryPath);
    const isWrong = binaryPath.startsWith('wrong');
    return Promise.resolve(
      isWrong
        ? { ok: false, invalidity: 'correctness', message: `${binaryPath}: y[0] is off` }
        : { ok: true, relativeError: 0, cases: 1 },
    );
  }
}

const judgements: readonly (readonly [
  name: string,
  paths: readonly string[],
  right: readonly string[],
  asked: number,
])[] = [
  ['the first are taken, and no others are verified', ['a', 'b', 'c'], ['a', 'b'], 2],
  ['wrong ones give way to the next', ['wrong 1', 'a', 'wrong 2', 'b', 'c'], ['a', 'b'], 4],
  ['where too few are right these are all', ['wrong 1', 'a', 'wrong 2'], ['a'], 3],
  ['none is right', ['wrong 1', 'wrong 2'], [], 2],
];
for (const [name, paths, right, asked] of judgements) {
  test(`of the fastest: ${name}`, async (t) => {
    const measure = new Judge('cpu');
    const pool = new CompilePool({ cacheDirectory: scratchDirectory(t), timeoutMs: 1 });
    t.teardown(async () => {
      measure.close();
      await pool.close();
    });
    const signal = new AbortController().signal;
    const session: Session = { device, pool, measure, bandwidth: 1e9, clocks: new ClockRecord(), signal };
    const found = await firstRight(ready(...paths), 2, session);
    t.deepEqual(
      found.right.map(({ candidate }) => candidate.binaryPath),
      right,
    );
    t.deepEqual(
      found.failures.map(({ reason }) => reason),
      measure.asked.filter((path) => path.startsWith('wrong')).map((path) => `${path}: y[0] is off`),
    );
    t.is(measure.asked.length, asked);
  });
}
