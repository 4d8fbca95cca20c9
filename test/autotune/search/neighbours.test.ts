import test from 'ava';
import { encodeSpace } from '../../../autotune/search/encoding.js';
import type { Parameters } from '../../../autotune/search/index.js';
import { NeighbourIndex } from '../../../autotune/search/neighbours.js';
import { landscape } from './landscape.js';

/** The definition, checked pair by pair. */
function areNeighbours(a: Parameters, b: Parameters): boolean {
  const [left, right] = [Object.keys(a).sort(), Object.keys(b).sort()];
  const differing = left.filter((key) => key in b && a[key] !== b[key]);
  if (left.join() === right.join()) return differing.length === 1;
  return differing.every((key) => key === 'decomposition');
}

test('neighbours are exactly the points that the definition names', (t) => {
  const { points } = landscape(5, 500).space;
  const index = new NeighbourIndex(encodeSpace({ points, parameters: (p) => p }));
  let pairs = 0;
  points.forEach((point, i) => {
    const expected = points.flatMap((other, j) => (i !== j && areNeighbours(point, other) ? [j] : []));
    const found = index.neighbours(i);
    pairs += expected.length;
    t.deepEqual(
      found.toSorted((a, b) => a - b),
      expected,
    );
  });
  t.true(pairs > 300);
});

test('a change of decomposition is one step when the common parameters agree', (t) => {
  const points: Parameters[] = [
    { decomposition: 'rows', warps: 4, rows: 2 },
    { decomposition: 'tasks', warps: 4, fixup: 'atomic' },
    { decomposition: 'tasks', warps: 8, fixup: 'atomic' },
    { decomposition: 'bins', warps: 4 },
  ];
  const index = new NeighbourIndex(encodeSpace({ points, parameters: (p) => p }));
  t.deepEqual(index.neighbours(0), [1, 3]);
  t.deepEqual(
    index.neighbours(1).toSorted((a, b) => a - b),
    [0, 2, 3],
  );
});

test('200,000 points are indexed without anything quadratic', (t) => {
  const points = Array.from({ length: 200_000 }, (_, i) => ({
    a: i % 10,
    b: Math.floor(i / 10) % 20,
    c: Math.floor(i / 200) % 10,
    d: Math.floor(i / 2000) % 100,
  }));
  const index = new NeighbourIndex(encodeSpace({ points, parameters: (p) => p }));
  t.is(index.neighbours(123_456).length, 9 + 19 + 9 + 99);
});
