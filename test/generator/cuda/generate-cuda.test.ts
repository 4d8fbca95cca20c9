import test from 'ava';
import {
  defaultVariant,
  enumerateVariants,
  generate,
  problemName,
  problemSchema,
  GeneratorError,
  groupSizes,
  bitWidths,
  knownArchitectures,
  launchGeometry,
  rejectionReason,
  seedVariants,
  tokenCounts,
  variantName,
  variantSchema,
  type CudaVariant,
  type KernelTraits,
  type Problem,
} from '../../../generator/index.js';
import { formatFindings } from '../../support/clang-format.js';
import { dense, kernels, rowPermuted, rowSplit, taskCentric, traits } from './cuda-samples.js';

const h100 = knownArchitectures['sm_90']!;
const rtx3090 = knownArchitectures['sm_86']!;
const problem: Problem = { op: 'gemv', n: 4096, k: 4096, density: 0.5, ...traits };

test('the same input gives the same bytes, whatever the order of its keys', (t) => {
  for (const [given, chosen] of kernels) {
    const reversed = Object.fromEntries(Object.entries(chosen).reverse()) as CudaVariant;
    t.deepEqual(generate(given, chosen, 'sm_90').source, generate({ ...given }, reversed, 'sm_90').source);
  }
});

test('a kernel states its variant, the version of the generator and its hash', (t) => {
  for (const [given, chosen] of kernels) {
    const { source, manifest, fileName } = generate(given, chosen, 'sm_90');
    for (const part of [variantName(chosen), manifest.generatorVersion, manifest.hash, manifest.symbol]) {
      t.true(source.includes(part), part);
    }
    t.is(fileName, `${manifest.symbol}.cu`);
    t.deepEqual(variantSchema.parse(JSON.parse(JSON.stringify(manifest.variant))), chosen);
  }
});

test('every trait, every parameter and the architecture change the hash', (t) => {
  const hashOf = (given: KernelTraits, chosen: CudaVariant, arch = 'sm_90') =>
    generate(given, chosen, arch).manifest.hash;
  const hashes = [
    hashOf(traits, rowSplit),
    hashOf(traits, rowSplit, 'sm_80'),
    hashOf({ ...traits, m: 2 }, rowSplit),
    hashOf({ ...traits, bits: 2 }, rowSplit),
    hashOf({ ...traits, groupSize: 32 }, rowSplit),
    hashOf({ ...traits, groupsPerScale: 2 }, rowSplit),
    hashOf({ ...traits, groupsPerScale: 4 }, rowSplit),
    hashOf({ ...traits, activation: 'bf16' }, { ...rowSplit, math: 'f32' }),
    hashOf({ ...traits, output: 'f32' }, rowSplit),
    hashOf({ ...traits, epilogue: 'bias' }, rowSplit),
    ...[
      { warps: 8 },
      { ctasPerSm: 1 },
      { unitElements: 16 },
      { prefetch: 1 },
      { xLocation: 'global' },
      { math: 'f32' },
      { indexForm: 'wide' },
      { groupOrder: 'ascending' },
      { weightLoads: 'cached' },
      { l2Policy: 'prefetch' },
      { pdl: false },
      { rowsPerTeam: 3 },
      { warpsPerTeam: 2 },
    ].map((change) => hashOf(traits, { ...rowSplit, ...change } as CudaVariant)),
    hashOf(traits, taskCentric),
    hashOf(traits, { ...taskCentric, fixup: 'atomic' }),
    hashOf(traits, rowPermuted),
    hashOf(traits, dense),
  ];
  t.is(new Set(hashes).size, hashes.length);
  t.is(hashOf(problem, rowSplit), hashes[0]!, 'the shape is no part of the kernel');
});

test('where each group has its own scale, nothing says so', (t) => {
  const own = { ...problem, groupsPerScale: 1 } as const;
  t.deepEqual(generate(own, rowSplit, 'sm_90'), generate(problem, rowSplit, 'sm_90'));
  t.false('groupsPerScale' in generate(own, rowSplit, 'sm_90').manifest.traits);
  t.is(problemName(own), problemName(problem));
  t.deepEqual(problemSchema.parse(problem), problem);
});

test('a shared scale is part of the name, and of the layout where it is stored once', (t) => {
  const shared = { ...problem, groupsPerScale: 2 } as const;
  t.is(problemName(shared), 'gemv-4096x4096-m1-w4g16-scale2-d0.5-f16');
  t.false(problemSchema.safeParse({ ...problem, groupsPerScale: 3 }).success);
  const narrow = { ...rowPermuted, indexForm: 'narrow' } as const;
  const formOf = (given: KernelTraits, chosen: CudaVariant) =>
    generate(given, chosen, 'sm_90').manifest.layout;
  t.like(formOf(problem, narrow), { indexForm: 'narrow' });
  t.like(formOf(shared, narrow), { indexForm: 'shared2' });
  t.like(formOf({ ...shared, groupsPerScale: 4 }, narrow), { indexForm: 'shared4' });
  t.like(formOf(shared, rowPermuted), { indexForm: 'packed' });
});

test('clang-format leaves generated code as it is', (t) => {
  t.is(
    formatFindings(
      t,
      kernels.map(([given, chosen]) => generate(given, chosen, 'sm_90')),
    ),
    '',
  );
});

test('combinations that cannot work are rejected with a reason', (t) => {
  const reject = (change: Partial<Problem>, chosen: CudaVariant, reason: RegExp, target = h100): void => {
    t.regex(rejectionReason({ ...problem, ...change }, chosen, target) ?? 'accepted', reason);
  };
  t.is(rejectionReason(problem, rowSplit, h100), undefined);
  reject({ activation: 'f32' }, rowSplit, /CPU problem/);
  reject({}, { ...rowSplit, unitElements: 32, indexForm: 'windowed' }, /only row_permuted has rows side/);
  reject(
    { bits: 8 },
    { ...rowPermuted, math: 'f32', unitElements: 16, indexForm: 'windowed' },
    /windowed form has 4 bits/,
  );
  reject({}, { ...rowPermuted, prefetch: 1, stageInterval: 500 }, /a single request has no interval/);
  reject({ activation: 'i8' }, rowSplit, /half2 arithmetic does not take i8/);
  reject({ activation: 'bf16' }, rowSplit, /range of half2/);
  reject({ bits: 8 }, { ...rowSplit, unitElements: 16 }, /8-bit weights exceed/);
  reject({ bits: 3 }, { ...rowSplit, unitElements: 16 }, /blocks of 32/);
  reject({}, { ...rowSplit, unitElements: 64 }, /no 4-, 8- or 16-byte load/);
  reject({ groupSize: 4, bits: 2 }, { ...rowSplit, unitElements: 64 }, /16 groups of 4 are too many/);
  reject({ k: 128 * 1024 }, { ...rowSplit, xLocation: 'global', groupOrder: 'ascending' }, /index bits/);
  reject({ m: 8, k: 16384 }, rowSplit, /shared memory, a CTA has/);
  reject(
    { m: 2, k: 16384 },
    { ...rowSplit, pdl: false },
    /2 CTAs with \d+ bytes of shared memory exceed/,
    rtx3090,
  );
  reject({}, { ...rowSplit, xLocation: 'global' }, /no banks/);
  reject({}, { ...rowSplit, warps: 32, ctasPerSm: 4 }, /threads of an SM/);
  reject({}, { ...rowSplit, warps: 4, warpsPerTeam: 8 }, /teams of 8 warps/);
  reject({}, rowSplit, /dependent launch needs compute capability 9.0/, rtx3090);
  reject({}, { ...rowSplit, pdl: false, l2Policy: 'prefetch' }, /bulk copies need/, rtx3090);
  reject({ k: 4100, groupSize: 4 }, dense, /multiple of 8/);
  const cpu = { kind: 'cpu', isas: ['portable'], cores: 1, l2Bytes: 1, llcBytes: 1 } as const;
  t.regex(rejectionReason(problem, rowSplit, cpu) ?? '', /does not run on a cpu/);
});

test('an architecture that is none is refused', (t) => {
  for (const arch of ['sm_', 'avx2', 'sm_9x', '']) {
    t.throws(() => generate(traits, rowSplit, arch), {
      instanceOf: GeneratorError,
      message: /architecture such as/,
    });
  }
});

test('there is a default for every format, activation, token count and large n and k, on every architecture', (t) => {
  for (const target of Object.values(knownArchitectures)) {
    for (const bits of bitWidths) {
      for (const groupSize of groupSizes) {
        for (const activation of ['f16', 'bf16', 'i8'] as const) {
          for (const [m, n, k] of tokenCounts.flatMap((tokens) => [
            [tokens, 4096, 4096] as const,
            [tokens, 4096, 65_536] as const,
            [tokens, 2 ** 24, 4096] as const,
          ])) {
            const asked: Problem = { ...problem, bits, groupSize, activation, m, n, k };
            t.is(
              rejectionReason(asked, defaultVariant(asked, target), target),
              undefined,
              JSON.stringify(asked),
            );
          }
        }
      }
    }
  }
});

test('the default fits into shared memory however few groups survive', (t) => {
  for (const [m, n] of [
    [1, 4096],
    [8, 4096],
    [1, 262_144],
    [8, 262_144],
    [8, 2 ** 24],
  ] as const) {
    const asked: Problem = { ...problem, m, n };
    const { manifest } = generate(asked, defaultVariant(asked, h100), 'sm_90');
    for (const groups of [0, 1, 100, n]) {
      const { sharedBytes } = launchGeometry(manifest, { ...asked, groups }, { processors: h100.smCount });
      t.true(sharedBytes <= h100.sharedPerCta, `m = ${m}, n = ${n}, ${groups} groups: ${sharedBytes} bytes`);
    }
  }
});

test('the space holds what is not rejected, each variant once, the default and the seeds among it', (t) => {
  const { variants, rejected, reasons } = enumerateVariants(problem, h100);
  const names = new Set(variants.map(variantName));
  t.is(names.size, variants.length);
  t.true(variants.length > 1000);
  t.is(
    [...reasons.values()].reduce((sum, count) => sum + count, 0),
    rejected,
  );
  t.true(names.has(variantName(defaultVariant(problem, h100))));
  const seeds = seedVariants(problem, h100);
  t.true(seeds.length >= 6);
  for (const seed of seeds) t.true(names.has(variantName(seed)), variantName(seed));
  const decompositions = new Set(variants.map(({ decomposition }) => decomposition));
  t.deepEqual([...decompositions].sort(), ['row_permuted', 'row_split', 'task_centric']);
  const several = enumerateVariants({ ...problem, m: 4 }, h100).variants.map(
    ({ decomposition }) => decomposition,
  );
  t.deepEqual([...new Set(several)].sort(), [
    'mma_columns',
    'mma_tiles',
    'row_permuted',
    'row_split',
    'task_centric',
  ]);
});

test('seeds for tensor cores are in the space, whatever the number of columns', (t) => {
  for (const m of [4, 16] as const) {
    for (const k of [320, 512, 5120, 11008]) {
      const other: Problem = { ...problem, m, k };
      const names = new Set(enumerateVariants(other, h100).variants.map(variantName));
      const seeds = seedVariants(other, h100).filter(({ decomposition }) => decomposition.startsWith('mma_'));
      t.true(seeds.length > 0);
      for (const seed of seeds) t.true(names.has(variantName(seed)), `k ${k}, m ${m}: ${variantName(seed)}`);
    }
  }
});

// A search with hardly any time left still tries the first eight.
for (const [n, k, m, activation, winner] of [
  [4096, 4096, 1, 'f16', /^row_permuted-w16-c1-g2-u32-p2-s4-d600-.*-r8$/],
  [12288, 4096, 1, 'i8', /^row_permuted-w8-c4-g1-u32-p3-s1-i1000-.*-r8$/],
  [4096, 11008, 4, 'i8', /^row_permuted-w24-c1-g1-u32-p2-s1-i500-.*-r16$/],
  [22016, 4096, 4, 'f16', /^mma_columns-w24-c1-g1-p4-x2-k2-pdl$/],
  [4096, 11008, 8, 'f16', /^mma_tiles-w12-c2-p3-global-pdl-r16$/],
  [22016, 4096, 16, 'f16', /^mma_tiles-w16-c1-p4-shared-pdl-r16$/],
] as const) {
  test(`what won on an H200 is among the first eight seeds: ${n} x ${k}, m = ${m}, ${activation}`, (t) => {
    const seeds = seedVariants({ ...problem, n, k, m, activation }, h100)
      .slice(0, 8)
      .map(variantName);
    t.true(
      seeds.some((name) => winner.test(name)),
      seeds.join(' '),
    );
  });
}

test('where 8 bits do not name every column, windows are in the space and among the seeds', (t) => {
  const forms = (given: Problem) =>
    new Set(enumerateVariants(given, h100).variants.flatMap((v) => ('indexForm' in v ? [v.indexForm] : [])));
  const wide = { ...problem, k: 11008 } as const;
  t.deepEqual(forms(problem), new Set(['packed', 'narrow']));
  t.deepEqual(forms(wide), new Set(['packed', 'windowed']));
  t.deepEqual(forms({ ...problem, k: 131_072 }), new Set(['wide', 'windowed']));
  const names = new Set(enumerateVariants(wide, h100).variants.map(variantName));
  const seeds = seedVariants(wide, h100);
  for (const seed of seeds) t.true(names.has(variantName(seed)), variantName(seed));
  t.is(seeds.filter((seed) => 'indexForm' in seed && seed.indexForm === 'windowed').length, 3);
});

test('where groups share a scale, the default and narrow indices are tried first', (t) => {
  const shared = { ...problem, groupsPerScale: 4 } as const;
  const names = new Set(enumerateVariants(shared, h100).variants.map(variantName));
  const seeds = seedVariants(shared, h100);
  for (const seed of seeds) t.true(names.has(variantName(seed)), variantName(seed));
  t.deepEqual(seeds[0], defaultVariant(problem, h100));
  for (const seed of seeds.slice(1, 4)) t.like(seed, { decomposition: 'row_permuted', indexForm: 'narrow' });
  t.deepEqual(
    seeds.filter((_, i) => i < 1 || i > 3),
    seedVariants(problem, h100),
  );
});
