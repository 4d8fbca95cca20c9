import test from 'ava';
import { activationBytes, elementBytes } from '../../../runtime/index.js';

const plain = { m: 1, bits: 4, groupSize: 16, activation: 'f16', output: 'f16', epilogue: 'none' } as const;

test('elements', (t) => {
  t.deepEqual((['i8', 'f16', 'bf16', 'f32'] as const).map(elementBytes), [1, 2, 2, 4]);
});

test('bytes besides the weights: x, its scales, y, bias and residual, each once', (t) => {
  t.is(activationBytes(plain, 100, 1000), 2 * 1000 + 2 * 100);
  t.is(activationBytes({ ...plain, m: 4 }, 100, 1000), 4 * (2 * 1000 + 2 * 100));
  t.is(activationBytes({ ...plain, m: 2, activation: 'i8' }, 100, 1000), 2 * (1000 + 4 + 2 * 100));
  t.is(activationBytes({ ...plain, m: 2, epilogue: 'bias' }, 100, 1000), 2 * (2000 + 200) + 200);
  t.is(activationBytes({ ...plain, m: 2, epilogue: 'residual' }, 100, 1000), 2 * (2000 + 200 + 200));
  t.is(activationBytes({ ...plain, m: 2, epilogue: 'bias_residual' }, 100, 1000), 2 * (2000 + 400) + 200);
  t.is(activationBytes({ ...plain, activation: 'f32', output: 'f32' }, 100, 1000), 4000 + 400);
});
