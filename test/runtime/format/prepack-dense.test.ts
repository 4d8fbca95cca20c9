import test from 'ava';
import { bitWidths } from '../../../generator/index.js';
import { dequantise, prepackMatrix, randomGqsMatrix, toHalfArray } from '../../../runtime/index.js';

test('dense layouts are the dequantised weights, rounded once', async (t) => {
  for (const bits of bitWidths) {
    const options = {
      n: 37,
      k: 160,
      bits,
      groupSize: 32,
      density: 0.6,
      seed: bits,
      rows: 'binomial',
    } as const;
    const matrix = randomGqsMatrix(options);
    // Scales from subnormal to large, and one of 0, so that products round in every range of float16.
    matrix.scales.forEach((_, i) => (matrix.scales[i] = (i * 977) % 0x5c00));
    const weights = dequantise(matrix);
    const f32 = await prepackMatrix(matrix, { kind: 'dense', version: 1, type: 'f32' }, 1);
    const f16 = await prepackMatrix(matrix, { kind: 'dense', version: 1, type: 'f16' }, 1);
    t.is(f32.units, matrix.n);
    t.deepEqual(new Float32Array(f32.buffers.values!.buffer), weights);
    t.deepEqual(new Uint16Array(f16.buffers.values!.buffer), toHalfArray(weights));
  }
});

test('dense layouts of an unknown type are rejected', async (t) => {
  const matrix = randomGqsMatrix({ n: 2, k: 16, bits: 4, groupSize: 16, density: 1, seed: 1 });
  const layout = { kind: 'dense', version: 1, type: 'f64' } as never;
  await t.throwsAsync(prepackMatrix(matrix, layout, 1), {
    message: /f16 or f32 for layout\.type but received f64/,
  });
});
