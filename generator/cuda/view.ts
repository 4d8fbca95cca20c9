/** From a variant to what all templates print, and to the dense baseline's: a template only prints what stands here. */
import { generatorVersion } from '../hash.js';
import type { KernelArgument } from '../manifest.js';
import type { Activation, KernelTraits, OutputType } from '../problem.js';
import type { CudaDenseVariant, CudaVariant } from '../variant.js';
import { type Constant, constantLines, signatureLines } from './source-lines.js';

export interface KernelIdentity {
  readonly name: string;
  readonly symbol: string;
  readonly arch: string;
  readonly hash: string;
}

const cudaTypes: Readonly<Record<Activation | OutputType, string>> = {
  f16: '__half',
  bf16: '__nv_bfloat16',
  f32: 'float',
  i8: 'int8_t',
};

const purposes = {
  row_split: 'y = x W^T for GQS weights; teams of warps own neighbouring rows.',
  task_centric: 'y = x W^T for GQS weights; all warps own equally many groups, rows are put together.',
  row_permuted: 'y = x W^T for GQS weights; rows are dealt to CTAs so that all have equally many groups.',
  mma_columns: 'y = x W^T for GQS weights on tensor cores, 16 groups of a column at a time.',
  mma_tiles: 'y = x W^T for GQS weights on tensor cores; the warps of a CTA share the columns of its rows.',
  dense_rows: 'y = x W^T for dense float16 weights: the baseline.',
} as const;

export function integer(name: string, value: number | string, note = ''): Constant {
  return { type: 'int', name, value, note };
}

function parameterType(argument: KernelArgument): string {
  if (argument.kind === 'scalar') return 'uint32_t';
  switch (argument.role) {
    case 'x':
      return 'const Activation*';
    case 'y':
      return 'Output*';
    case 'bias':
    case 'residual':
      return 'const Output*';
    case 'xScale':
    case 'rowConstants':
      return 'const float*';
    case 'columns':
    case 'zeros':
      return 'const uint8_t*';
    case 'bases':
      return 'const uint16_t*';
    case 'workspace':
      return 'void*';
    case 'values':
    case 'meta':
    case 'rowPtr':
    case 'tasks':
    case 'slices':
    case 'rowIds':
    case 'masks':
      return 'const uint32_t*';
  }
}

/** `rowPtr` -> `row_ptr`. */
function parameterName(argument: KernelArgument): string {
  return argument.role.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function commonView(
  traits: KernelTraits,
  variant: CudaVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const names = new Set(args.map((argument) => argument.role));
  const results = ['y', 'n', ...(['xScale', 'bias', 'residual'] as const).filter((role) => names.has(role))];
  return {
    ...identity,
    generatorVersion,
    purpose: purposes[variant.decomposition],
    types: [
      { name: 'Activation', value: cudaTypes[traits.activation] },
      { name: 'Output', value: cudaTypes[traits.output] },
    ],
    signature: signatureLines(
      identity.symbol,
      args.map((argument) => `${parameterType(argument)} ${parameterName(argument)}`),
    ),
    resultArguments: results.map((role) => (role === 'xScale' ? 'x_scale' : role)).join(', '),
    scaled: names.has('xScale'),
    bias: names.has('bias'),
    residual: names.has('residual'),
    pdl: variant.pdl,
  };
}

export function launchConstants(variant: CudaVariant, traits: KernelTraits): Constant[] {
  const grids = 'residentGrids' in variant ? variant.residentGrids : 1;
  return [
    integer('kWarps', variant.warps, 'per CTA'),
    integer('kThreads', 'kWarps * gqs::kWarpSize'),
    integer('kCtasPerSm', variant.ctasPerSm * grids, 'meant to be resident'),
    integer('kTokens', traits.m),
  ];
}

export const lanesPerToken = integer('kLanesPerToken', 'gqs::kWarpSize / kTokens', 'that hold the same sum');

export function denseView(
  traits: KernelTraits,
  variant: CudaDenseVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  return {
    ...commonView(traits, variant, identity, args),
    includes: ['numeric.cuh', 'reduce.cuh'],
    constants: constantLines([
      ...launchConstants(variant, traits),
      lanesPerToken,
      integer('kRowsPerWarp', variant.rowsPerWarp),
      integer('kUnroll', variant.unroll, 'loads in flight per lane and row'),
      integer('kChunkElements', 8, 'weights per load'),
    ]),
  };
}
