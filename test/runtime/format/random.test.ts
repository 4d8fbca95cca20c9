import test from 'ava';
import { Random } from '../../../runtime/index.js';

function draw(seed: number, count: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.uint32());
}

test('the same seed gives the same numbers, another one others', (t) => {
  t.deepEqual(draw(7, 100), draw(7, 100));
  const streams = [0, 1, 2, -1, 2 ** 32, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER].map((seed) =>
    draw(seed, 4).join(),
  );
  t.is(new Set(streams).size, streams.length);
});

test('seeds that are no integers are rejected', (t) => {
  for (const seed of [NaN, Infinity, 0.5, 2 ** 60]) {
    t.throws(() => new Random(seed), { instanceOf: RangeError, message: /Expected a safe integer for seed/ });
  }
});

test('every bit is set about half of the time', (t) => {
  const numbers = draw(3, 20_000);
  for (let bit = 0; bit < 32; bit++) {
    const share = numbers.filter((number) => (number >>> bit) & 1).length / numbers.length;
    t.true(Math.abs(share - 0.5) < 0.02, `bit ${bit} is set in ${share}`);
  }
});

test('integers stay below their bound and reach all values', (t) => {
  const random = new Random(5);
  const seen = new Set(Array.from({ length: 2000 }, () => random.integer(10)));
  t.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('normal numbers have mean 0, deviation 1 and the right share within it', (t) => {
  const random = new Random(11);
  const numbers = Array.from({ length: 40_000 }, () => random.normal());
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  const within = numbers.filter((x) => Math.abs(x) < 1).length / numbers.length;
  t.true(Math.abs(mean) < 0.02);
  t.true(Math.abs(variance - 1) < 0.03);
  t.true(Math.abs(within - 0.6827) < 0.01);
});

test('shuffling keeps the elements and moves them', (t) => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = new Random(1).shuffle([...items]);
  t.notDeepEqual(shuffled, items);
  t.deepEqual(
    shuffled.sort((a, b) => a - b),
    items,
  );
});
