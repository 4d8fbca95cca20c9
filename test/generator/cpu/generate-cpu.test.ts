import test from 'ava';
import {
  enumerateVariants,
  generate,
  type CpuVariant,
  type KernelTraits,
  defaultVariant,
  denseVariant,
  rejectionReason,
  tokenCounts,
} from '../../../generator/index.js';
import { formatFindings } from '../../support/clang-format.js';
import { everyIsa, problem, traits, variant } from './samples.js';

const dense: CpuVariant = {
  target: 'cpu',
  decomposition: 'dense_rows',
  isa: 'avx2',
  weights: 'f16',
  unroll: 2,
};

/** One of each shape that generated text takes. */
const texts: readonly (readonly [KernelTraits, CpuVariant])[] = [
  [traits, variant],
  [
    { ...traits, epilogue: 'bias_residual', groupSize: 128 },
    { ...variant, order: 'columns', prefetchBytes: 0, rowsPerBlock: 64 },
  ],
  [
    { ...traits, activation: 'f32', m: 8, bits: 3, epilogue: 'bias' },
    { ...variant, math: 'f32', isa: 'avx512', unroll: 1 },
  ],
  [traits, { ...variant, order: 'gaps_padded' }],
  [
    { ...traits, m: 4 },
    { ...variant, order: 'columns_padded', unroll: 1 },
  ],
  [
    { ...traits, bits: 8 },
    { ...variant, isa: 'portable' },
  ],
  [{ ...traits, groupSize: 4 }, dense],
  [
    { ...traits, activation: 'f32', groupSize: 128, epilogue: 'residual' },
    { ...dense, isa: 'portable', weights: 'f32' },
  ],
];

test('the same input gives the same bytes', (t) => {
  for (const [given, chosen] of texts) {
    t.deepEqual(generate(given, chosen, chosen.isa), generate({ ...given }, { ...chosen }, chosen.isa));
  }
});

test('a kernel states its variant, the version of the generator and its hash', (t) => {
  for (const [given, chosen] of texts) {
    const { source, manifest } = generate(given, chosen, chosen.isa);
    for (const part of [manifest.name, manifest.generatorVersion, manifest.hash]) {
      t.true(source.includes(part), part);
    }
    t.regex(manifest.hash, /^[0-9a-f]{64}$/);
    t.true(source.includes(`extern "C" void ${manifest.symbol}(`));
  }
});

test('every trait and every parameter changes the hash', (t) => {
  const hashOf = (given: KernelTraits, chosen: CpuVariant): string =>
    generate(given, chosen, chosen.isa).manifest.hash;
  const hashes = [
    hashOf(traits, variant),
    hashOf({ ...traits, m: 2 }, variant),
    hashOf({ ...traits, bits: 3 }, variant),
    hashOf({ ...traits, groupSize: 32 }, variant),
    hashOf({ ...traits, epilogue: 'bias' }, variant),
    hashOf({ ...traits, activation: 'f32' }, { ...variant, math: 'f32', isa: 'avx512' }),
    hashOf({ ...traits, activation: 'f32' }, { ...variant, math: 'f32', isa: 'avx2' }),
    hashOf(traits, { ...variant, unroll: 1 }),
    hashOf(traits, { ...variant, order: 'columns' }),
    hashOf(traits, { ...variant, order: 'gaps_padded' }),
    hashOf(traits, { ...variant, rowsPerBlock: 64 }),
    hashOf(traits, { ...variant, prefetchBytes: 0 }),
    hashOf(traits, dense),
    hashOf(traits, { ...dense, weights: 'f32' }),
    hashOf(traits, { ...dense, unroll: 4 }),
  ];
  t.is(new Set(hashes).size, hashes.length);
  t.is(hashOf(problem, variant), hashes[0]!, 'the shape is no part of the kernel');
});

test('clang-format leaves generated code as it is', (t) => {
  const sources = texts.map(([given, chosen]) => generate(given, chosen, chosen.isa));
  t.is(formatFindings(t, sources), '');
});

test('combinations that cannot work are rejected with a reason', (t) => {
  const reject = (change: Partial<typeof problem>, chosen: CpuVariant, isas = everyIsa.isas): void => {
    const reason = rejectionReason({ ...problem, ...change }, chosen, { ...everyIsa, isas });
    t.truthy(reason, JSON.stringify([change, chosen]));
  };
  t.is(rejectionReason(problem, variant, everyIsa), undefined);
  reject({ activation: 'f16' }, variant);
  reject({ output: 'f16' }, variant);
  reject({}, { ...variant, math: 'f32' });
  reject({ activation: 'f32' }, { ...variant, math: 'f32' });
  reject({}, variant, ['portable', 'avx2']);
  reject({ m: 8 }, { ...variant, unroll: 4 });
  reject({ k: 256 }, variant);
  reject({ n: 64 }, { ...variant, rowsPerBlock: 64 });
});

test('the space holds what is not rejected, each variant once', (t) => {
  const space = enumerateVariants(problem, everyIsa);
  const names = space.variants.map((one) => JSON.stringify(one));
  t.is(new Set(names).size, names.length);
  t.is(space.variants.length + space.rejected, 4 * 3 * 4 * 4 * 5);
  t.true(space.variants.length > 100);
});

test('whatever the instruction sets, each number of tokens has a default and a dense baseline', (t) => {
  for (const count of everyIsa.isas.keys()) {
    const target = { ...everyIsa, isas: everyIsa.isas.slice(0, count + 1) };
    for (const activation of ['f32', 'i8'] as const) {
      for (const m of tokenCounts) {
        const asked = { ...problem, activation, m };
        t.is(rejectionReason(asked, defaultVariant(asked, target), target), undefined);
        t.is(rejectionReason(asked, denseVariant(asked, target), target), undefined);
      }
    }
  }
});
