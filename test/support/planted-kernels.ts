/** Hand-written CPU kernels with manifests of their own, right ones and ones that go wrong on purpose. */
import { createHash } from 'node:crypto';
import type { GeneratedKernel, KernelManifest } from '../../generator/index.js';

const rowsPerBlock = 16;

/** `y[row] = <result>` for the rows of a block; `sum` is the product of the row with x. */
function denseSource(symbol: string, result: string, extra = ''): string {
  return `#include <cstdint>
extern "C" __attribute__((visibility("default"))) void ${symbol}(const void *const *args, uint32_t block, uint32_t blocks) {
  float *x = *static_cast<float *const *>(args[0]);
  const float *w = *static_cast<const float *const *>(args[1]);
  float *y = *static_cast<float *const *>(args[2]);
  const uint32_t n = *static_cast<const uint32_t *>(args[3]);
  const uint32_t k = *static_cast<const uint32_t *>(args[4]);
  const uint32_t begin = block * ${rowsPerBlock}, end = begin + ${rowsPerBlock} < n ? begin + ${rowsPerBlock} : n;
  (void)blocks;
  ${extra}
  for (uint32_t row = begin; row < end; ++row) {
    double sum = 0;
    for (uint32_t i = 0; i < k; ++i) sum += double(w[uint64_t(row) * k + i]) * x[i];
    y[row] = float(${result});
  }
}
`;
}

const plants = {
  right: { result: 'sum' },
  /** Right too, and much slower. */
  slow: { result: 'sum', extra: 'for (volatile int i = 0; i < 3000; i = i + 1) {}' },
  hangs: { result: 'sum', extra: 'for (volatile int forever = 1; forever;) {}' },
  /** Right for small matrices, so that it only hangs when it is timed or on its problem. */
  hangsWhenLarge: { result: 'sum', extra: 'for (volatile bool forever = n == 512; forever;) {}' },
  crashes: { result: 'sum', extra: '*reinterpret_cast<volatile int *>(8) = 1;' },
  writesBehind: { result: 'sum', extra: 'if (end == n) y[n] = 1;' },
  writesBefore: { result: 'sum', extra: 'y[-1] = 1;' },
  changesInput: { result: 'sum', extra: 'x[0] = x[0] + 1;' },
  wrong: { result: 'sum * 1.001' },
  wrongInOneRow: { result: 'row == 4 ? 0 : sum' },
  forgetsLastRow: { result: 'sum', extra: 'if (end == n) return;' },
  /** Within the tolerance, but other bits in every run. */
  unstable: { result: 'sum * (1 + 3e-8 * runs)', extra: 'static int runs = 0; ++runs;' },
  doesNotCompile: { result: 'undefined_name' },
} as const;

export type PlantName = keyof typeof plants;

/** A dense float32 product y = W x for m = 1; `changes` go into the manifest. */
export function plantedKernel(name: PlantName, changes: Partial<KernelManifest> = {}): GeneratedKernel {
  const symbol = `planted_${name}`;
  const { result, extra } = { extra: '', ...plants[name] };
  const source = denseSource(symbol, result, extra);
  const buffer = (role: 'x' | 'values' | 'y') => ({ kind: 'buffer', role, alignment: 16 }) as const;
  const manifest: KernelManifest = {
    version: 1,
    name: `planted-${name}`,
    symbol,
    hash: createHash('sha256').update(source).digest('hex'),
    generatorVersion: 'hand',
    traits: { m: 1, bits: 4, groupSize: 16, activation: 'f32', output: 'f32', epilogue: 'none' },
    variant: { target: 'cpu', decomposition: 'dense_rows', isa: 'portable', weights: 'f32', unroll: 1 },
    arch: 'portable',
    deterministic: true,
    layout: { kind: 'dense', version: 1, type: 'f32' },
    args: [
      buffer('x'),
      buffer('values'),
      buffer('y'),
      { kind: 'scalar', role: 'n' },
      { kind: 'scalar', role: 'k' },
    ],
    grid: { kind: 'cpu', rowsPerBlock },
    threads: 1,
    sharedBytes: { fixed: 0, perK: 0, kMultiple: 1, perRow: 0 },
    workspaceBytes: { fixed: 0, perCta: 0 },
    pdl: false,
    ...changes,
  };
  return { fileName: `${symbol}.cpp`, source, manifest };
}
