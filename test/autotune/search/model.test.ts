import test from 'ava';
import { factorise, solve } from '../../../autotune/search/cholesky.js';
import { encodeSpace } from '../../../autotune/search/encoding.js';
import { Model } from '../../../autotune/search/model.js';
import { seededRandom } from '../../../autotune/random.js';
import { landscape } from './landscape.js';

test('factorise and solve: the solution satisfies the system', (t) => {
  const random = seededRandom(4);
  const size = 30;
  const half = Array.from({ length: size }, () => Array.from({ length: size }, () => random() - 0.5));
  const full = half.map((a, i) =>
    half.map((b, j) => a.reduce((sum, x, c) => sum + x * b[c]!, i === j ? 1 : 0)),
  );
  const x = Array.from({ length: size }, () => random());
  const b = Float64Array.from(full, (row) => row.reduce((sum, value, c) => sum + value * x[c]!, 0));
  const lower = full.map((row, i) => Float64Array.from(row.slice(0, i + 1)));
  factorise(lower);
  solve(lower, b).forEach((value, i) => {
    t.true(Math.abs(value - x[i]!) < 1e-10);
  });
});

test('the model ranks points it has not seen', (t) => {
  const { space, trueUs } = landscape(3, 600);
  const encoding = encodeSpace(space);
  const valid = space.points.flatMap((point, i) => {
    const us = trueUs(point);
    return us === undefined ? [] : [{ point: i, value: Math.log(us) }];
  });
  const model = new Model(
    encoding,
    valid.filter((_, i) => i % 4 === 0),
  );
  const unseen = valid.filter((_, i) => i % 4 !== 0);
  const mean = unseen.reduce((sum, o) => sum + o.value, 0) / unseen.length;
  const spread = unseen.reduce((sum, o) => sum + (o.value - mean) ** 2, 0);
  const error = unseen.reduce((sum, o) => sum + (o.value - model.predict(o.point).mean) ** 2, 0);
  t.true(1 - error / spread > 0.7, `explains ${1 - error / spread} of the variance`);
});

test('the model is sure of what it has seen and unsure of what is far away', (t) => {
  const points = Array.from({ length: 12 }, (_, a) => ({ a }));
  const encoding = encodeSpace({ points, parameters: (p) => p });
  const seen = [0, 1, 2, 3].map((point) => ({ point, value: point / 10 }));
  const model = new Model(encoding, seen);
  t.true(model.predict(1).deviation < model.predict(11).deviation / 2);
  t.true(Math.abs(model.predict(1).mean - 0.1) < 0.02);
});
