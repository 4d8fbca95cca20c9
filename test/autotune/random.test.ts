import test from 'ava';
import { randomInteger, sampleIntegers, seededRandom } from '../../autotune/random.js';

test('the same seed gives the same numbers, another seed others', (t) => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  t.deepEqual(draw(7), draw(7));
  t.notDeepEqual(draw(7), draw(8));
});

test('numbers are uniform in [0, 1)', (t) => {
  const random = seededRandom(1);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 20_000; i++) counts[randomInteger(random, 10)]! += 1;
  // A deviation of 200 is 4.7 standard deviations of a binomial with p = 0.1.
  for (const count of counts) t.true(Math.abs(count - 2000) < 200, String(count));
});

test('sampleIntegers draws without replacement, each number equally often in each place', (t) => {
  const random = seededRandom(2);
  const first = new Array<number>(6).fill(0);
  for (let i = 0; i < 6000; i++) {
    const drawn = sampleIntegers(random, 6, 3);
    t.is(new Set(drawn).size, 3);
    first[drawn[2]!]! += 1;
  }
  for (const count of first) t.true(Math.abs(count - 1000) < 150, String(count));
});

test('sampleIntegers gives all numbers when fewer are there than asked for', (t) => {
  const drawn = sampleIntegers(seededRandom(3), 5, 50);
  t.deepEqual(
    drawn.toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4],
  );
});
