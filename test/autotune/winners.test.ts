import test from 'ava';
import { tieSet } from '../../autotune/tie-set.js';
import { selectWinner, speedup } from '../../autotune/winners.js';
import { noisySamples } from './samples.js';

/** True times in microseconds by name. */
type TrueTimes = Readonly<Record<string, number>>;

function measure(times: TrueTimes, seed: number, spread = 0.01, count = 31) {
  return Object.entries(times).map(([name, us], i) => ({
    name,
    hash: name,
    samples: noisySamples(us, count, spread, 1000 * seed + i),
  }));
}

test('the fastest wins when it is faster beyond the noise', (t) => {
  const selection = selectWinner({ candidates: measure({ base: 12, b: 10, a: 11 }, 1), defaultHash: 'base' });
  t.is(selection.winner.name, 'b');
  t.is(selection.reason, 'fastest');
  t.deepEqual(
    selection.tie.map(({ name }) => name),
    ['b'],
  );
});

test('an incumbent within the noise stays, one that is slower beyond it goes', (t) => {
  const candidates = measure({ base: 12, a: 10, b: 10.02, z: 10.03 }, 2);
  const kept = selectWinner({ candidates, defaultHash: 'base', incumbentHash: 'z' });
  t.is(kept.winner.name, 'z');
  t.is(kept.reason, 'incumbent');
  const replaced = selectWinner({
    candidates: measure({ base: 12, a: 10, z: 10.6 }, 3),
    defaultHash: 'base',
    incumbentHash: 'z',
  });
  t.is(replaced.winner.name, 'a');
});

test('an incumbent that is not measured any more is ignored', (t) => {
  const candidates = measure({ base: 12, a: 10 }, 4);
  t.is(selectWinner({ candidates, defaultHash: 'base', incumbentHash: 'gone' }).winner.name, 'a');
});

test('in a tie set the default comes before others, then the name decides', (t) => {
  const withDefault = selectWinner({ candidates: measure({ z: 10, a: 10 }, 5), defaultHash: 'z' });
  t.is(withDefault.winner.name, 'z');
  t.is(withDefault.reason, 'default');
  const named = selectWinner({ candidates: measure({ base: 12, c: 10, b: 10 }, 6), defaultHash: 'base' });
  t.is(named.winner.name, 'b');
  t.is(named.reason, 'first of the tie set');
});

test('the order of the candidates does not matter', (t) => {
  const candidates = measure({ base: 12, c: 10, b: 10.01, a: 10.02 }, 7);
  const forward = selectWinner({ candidates, defaultHash: 'base' });
  const backward = selectWinner({ candidates: candidates.toReversed(), defaultHash: 'base' });
  t.deepEqual(forward, backward);
});

test('a new winner is never slower than the default', (t) => {
  // `a` is so noisy that it ties with the fastest, though its median is above the default's.
  const candidates = [
    { name: 'base', hash: 'base', samples: noisySamples(10.3, 31, 0.001, 1) },
    { name: 'fast', hash: 'fast', samples: noisySamples(10, 31, 0.001, 2) },
    { name: 'a', hash: 'a', samples: [...Array<number>(15).fill(9), ...Array<number>(16).fill(10.6)] },
  ];
  const selection = selectWinner({ candidates, defaultHash: 'base' });
  t.deepEqual(
    selection.tie.map(({ name }) => name),
    ['a', 'fast'],
  );
  t.is(selection.winner.name, 'fast');
});

test('tuning twice gives the same winner or a member of the same tie set', (t) => {
  const times = { base: 12, a: 10, b: 10.01, c: 10.02, d: 10.4, e: 11 };
  let same = 0;
  for (let seed = 0; seed < 24; seed++) {
    const first = selectWinner({ candidates: measure(times, 2 * seed + 10), defaultHash: 'base' });
    const again = { candidates: measure(times, 2 * seed + 11), defaultHash: 'base' };
    const fresh = selectWinner(again);
    t.true(
      first.tie.some(({ name }) => name === fresh.winner.name),
      `${first.winner.name} then ${fresh.winner.name}`,
    );
    const kept = selectWinner({ ...again, incumbentHash: first.winner.hash });
    if (kept.winner.name === first.winner.name) same += 1;
  }
  t.true(same >= 23, `with its result in place the second run kept ${same} of 24`);
});

test('the default has to be measured', (t) => {
  t.throws(() => selectWinner({ candidates: measure({ a: 1 }, 1), defaultHash: 'base' }), {
    instanceOf: RangeError,
    message: /default variant base/,
  });
});

test('tieSet of nothing is nothing', (t) => {
  t.deepEqual(tieSet([]), []);
});

test('speedup is the quotient of the medians and says whether it is real', (t) => {
  const [a, b, c] = measure({ a: 10, b: 20, c: 10 }, 9);
  const real = speedup(a!, b!);
  t.true(Math.abs(real.factor - 2) < 0.05);
  t.true(real.significant);
  t.false(speedup(a!, c!).significant);
});
