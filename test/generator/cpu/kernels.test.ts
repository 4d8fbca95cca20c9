import test from 'ava';
import type { CpuDenseVariant, CpuIsa, CpuRowBlocksVariant, KernelTraits } from '../../../generator/index.js';
import { type Device, openDevice, randomGqsMatrix } from '../../../runtime/index.js';
import { runKernel } from './run-kernel.js';

type Combination = Pick<KernelTraits, 'm' | 'bits' | 'groupSize' | 'epilogue'> &
  Pick<CpuRowBlocksVariant, 'math' | 'unroll' | 'order' | 'rowsPerBlock' | 'prefetchBytes'>;

const common = {
  m: 1,
  epilogue: 'none',
  unroll: 1,
  order: 'gaps',
  rowsPerBlock: 0,
  prefetchBytes: 0,
} as const;

/** Every number of bits, group size, arithmetic and order; the other parameters mixed in. */
const combinations: Combination[] = [
  { ...common, bits: 4, groupSize: 16, math: 'i8', unroll: 2, prefetchBytes: 1024 },
  { ...common, bits: 4, groupSize: 16, math: 'f32', order: 'columns', epilogue: 'bias' },
  { ...common, bits: 2, groupSize: 4, math: 'i8', order: 'columns', m: 2, epilogue: 'residual' },
  { ...common, bits: 3, groupSize: 8, math: 'i8', order: 'columns_padded', rowsPerBlock: 16 },
  { ...common, bits: 3, groupSize: 32, math: 'f32', m: 4, epilogue: 'bias_residual', order: 'gaps_padded' },
  { ...common, bits: 8, groupSize: 64, math: 'i8', m: 8, order: 'gaps_padded', epilogue: 'bias_residual' },
  { ...common, bits: 8, groupSize: 4, math: 'f32', unroll: 4, order: 'columns' },
  { ...common, bits: 2, groupSize: 128, math: 'f32', m: 2, rowsPerBlock: 16 },
  { ...common, bits: 4, groupSize: 128, math: 'i8', unroll: 4, order: 'columns' },
  { ...common, bits: 3, groupSize: 64, math: 'i8', order: 'columns', unroll: 2 },
  { ...common, bits: 4, groupSize: 4, math: 'i8', rowsPerBlock: 16 },
  { ...common, bits: 4, groupSize: 8, math: 'f32', m: 2, unroll: 2 },
];
const isas: readonly CpuIsa[] = ['portable', 'avx2', 'avx512', 'avx512vnni'];
const limit = 1e-5;

function openCpu(t: { teardown(fn: () => void): void }): Device {
  const device = openDevice('cpu');
  t.teardown(() => {
    device.close();
  });
  return device;
}

function runnable(device: Device, isa: CpuIsa): boolean {
  const { target } = device.description;
  return target.kind === 'cpu' && target.isas.includes(isa);
}

function split(
  isa: CpuIsa,
  combination: Combination,
): { traits: KernelTraits; variant: CpuRowBlocksVariant } {
  const { m, bits, groupSize, epilogue, ...parameters } = combination;
  return {
    traits: { m, bits, groupSize, epilogue, activation: parameters.math, output: 'f32' },
    variant: { target: 'cpu', decomposition: 'row_blocks', isa, ...parameters },
  };
}

for (const isa of isas) {
  test.serial(`row_blocks agrees with the float64 reference: ${isa}`, async (t) => {
    const device = openCpu(t);
    if (!runnable(device, isa)) {
      t.log(`skipped: this CPU does not run ${isa}`);
      t.not(isa, 'portable', 'every CPU runs portable kernels');
      return;
    }
    for (const [index, combination] of combinations.entries()) {
      const { traits, variant } = split(isa, combination);
      // Odd row counts, rows without and with every group, and groups too far apart for a 4-bit distance.
      const shapes = [
        { n: 37, k: 60 * traits.groupSize, density: 0.5, emptyRows: 5, fullRow: true, rows: 'skewed' },
        { n: 1, k: traits.groupSize, density: 1 },
        { n: 19, k: 210 * traits.groupSize, density: 0.03, rows: 'binomial' },
      ] as const;
      for (const shape of shapes) {
        const matrix = randomGqsMatrix({ ...shape, ...traits, seed: index + 1 });
        const run = await runKernel(device, traits, variant, matrix);
        const what = JSON.stringify({ combination, shape });
        t.true(run.error < limit, `error ${run.error}: ${what}`);
        t.true(run.canariesIntact, what);
      }
    }
  });
}

test.serial('dense_rows agrees with the float64 reference', async (t) => {
  const device = openCpu(t);
  for (const isa of (['portable', 'avx2', 'avx512'] as const).filter((one) => runnable(device, one))) {
    for (const activation of ['f32', 'i8'] as const) {
      const weights = activation === 'f32' ? 'f32' : 'f16';
      const variant: CpuDenseVariant = {
        target: 'cpu',
        decomposition: 'dense_rows',
        isa,
        weights,
        unroll: 2,
      };
      const traits = { m: 2, bits: 2, groupSize: 4, activation, output: 'f32', epilogue: 'bias' } as const;
      const matrix = randomGqsMatrix({ n: 23, k: 148, density: 0.6, bits: 2, groupSize: 4, seed: 5 });
      const run = await runKernel(device, traits, variant, matrix);
      // float16 holds 11 bits of a weight.
      t.true(run.error < (weights === 'f16' ? 1e-3 : limit), `${isa} ${weights}: ${run.error}`);
      t.true(run.canariesIntact);
    }
  }
});

test.serial('an infinite x reaches only the rows that have its group', async (t) => {
  const device = openCpu(t);
  const groupSize = 16;
  const matrix = randomGqsMatrix({ n: 33, k: 40 * groupSize, density: 0.2, bits: 4, groupSize, seed: 3 });
  const infinite = 25;
  const x = new Float32Array(matrix.k).fill(1);
  x.fill(Infinity, infinite * groupSize, (infinite + 1) * groupSize);
  for (const isa of isas.filter((one) => one !== 'avx512vnni' && runnable(device, one))) {
    for (const order of ['gaps', 'columns', 'gaps_padded'] as const) {
      const { traits, variant } = split(isa, { ...common, bits: 4, groupSize, math: 'f32', order });
      const { y } = await runKernel(device, traits, variant, matrix, x);
      for (let row = 0; row < matrix.n; row++) {
        const columns = matrix.groups.subarray(matrix.rowIndex[row], matrix.rowIndex[row + 1]);
        t.is(Number.isFinite(y[row]), !columns.includes(infinite), `${isa} ${order}, row ${row}`);
      }
    }
  }
});
