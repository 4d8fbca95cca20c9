import test from 'ava';
import { checkFits } from '../../autotune/fits.js';
import { ProblemError } from '../../autotune/problem-error.js';
import { problem } from './trials.js';

const gib = 2 ** 30;
const gpu = { kind: 'cuda', name: 'A GPU', memoryBytes: 8 * gib } as const;
// float16: 2 GiB.
const large = { ...problem, n: 32_768, k: 32_768 };

test('layers that fit pass', (t) => {
  t.notThrows(() => {
    checkFits([problem, large], gpu, 64 * gib);
  });
});

test('a layer too large for the device, or for the host that makes its data, is named with what to do', (t) => {
  const tooLarge = { instanceOf: ProblemError, message: /32768x32768 takes 2\.0 GiB.*Leave the layer out/ };
  t.throws(() => {
    checkFits([problem, large], { ...gpu, memoryBytes: 4 * gib }, 64 * gib);
  }, tooLarge);
  t.throws(() => {
    checkFits([large], gpu, 4 * gib);
  }, tooLarge);
  // float32 on CPUs: 4 GiB.
  t.throws(
    () => {
      checkFits([large], { kind: 'cpu', name: 'A CPU', memoryBytes: 8 * gib }, 8 * gib);
    },
    { message: /takes 4\.0 GiB/ },
  );
});
