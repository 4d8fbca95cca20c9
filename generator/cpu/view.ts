/** What the CPU templates print: names and numbers, nothing left to work out. */
import type { KernelArgument } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { CpuDenseVariant, CpuRowBlocksVariant, CpuVariant } from '../variant.js';
import { argumentViews, epilogueParts, needsRowConstants } from './arguments.js';
import { isaTraits } from './isa.js';

const lineWidth = 110;

/** What the header comment and the entry point are called. */
export interface KernelIdentity {
  readonly name: string;
  readonly symbol: string;
  readonly hash: string;
  readonly generatorVersion: string;
}

/** View of cpu/gqs/row_blocks.cpp.hbs. */
export function rowBlocksView(
  traits: KernelTraits,
  variant: CpuRowBlocksVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const { bits, groupSize } = traits;
  const gaps = variant.order.startsWith('gaps');
  return {
    ...commonView(traits, variant, identity),
    entry: entryLines(identity.symbol, '[[maybe_unused]] uint32_t blocks'),
    title: `W${bits} weights in groups of ${groupSize}, ${describe(traits)}, ${isaTraits[variant.isa].title}.`,
    argumentKinds: args.map(({ kind }) => (kind === 'buffer' ? 'b' : 'u')).join(''),
    args: argumentViews(args, xType(traits), 'uint8_t'),
    bits,
    groupSize,
    rowsPerBlock: variant.rowsPerBlock,
    prefetchBytes: variant.prefetchBytes,
    unrolled: variant.unroll > 1,
    gaps,
    padded: variant.order.endsWith('_padded'),
    indexConstant: gaps ? 'kGaps' : 'kColumns',
    rowConstants: needsRowConstants(traits, variant),
  };
}

/** View of cpu/gqs/dense_rows.cpp.hbs. */
export function denseRowsView(
  traits: KernelTraits,
  variant: CpuDenseVariant,
  identity: KernelIdentity,
  args: readonly KernelArgument[],
): object {
  const half = variant.weights === 'f16';
  const weightType = half ? 'uint16_t' : 'float';
  return {
    ...commonView(traits, variant, identity),
    entry: entryLines(identity.symbol, 'uint32_t blocks'),
    title: `Dense ${half ? 'float16' : 'float32'} weights, ${describe(traits)}, ${isaTraits[variant.isa].title}.`,
    argumentKinds: args.map(({ kind }) => (kind === 'buffer' ? 'b' : 'u')).join(''),
    args: argumentViews(args, xType(traits), weightType),
    weightType,
    weightToFloat: half ? 'half_to_float(weight)' : 'weight',
  };
}

function commonView(traits: KernelTraits, variant: CpuVariant, identity: KernelIdentity): object {
  return {
    ...identity,
    ...epilogueParts(traits),
    isaHeader: isaTraits[variant.isa].header,
    tokens: traits.m,
    unroll: variant.unroll,
    xType: xType(traits),
    integer: traits.activation === 'i8',
  };
}

function describe({ m, activation }: KernelTraits): string {
  return `${m} ${m === 1 ? 'token' : 'tokens'}, ${activation === 'i8' ? 'int8' : 'float32'} x`;
}

function xType({ activation }: KernelTraits): string {
  return activation === 'i8' ? 'int8_t' : 'float';
}

/** The head of the entry point, its parameters filled into lines as clang-format does. */
function entryLines(symbol: string, blocks: string): string {
  const start = `extern "C" void ${symbol}(`;
  const indent = ' '.repeat(start.length);
  const lines = [`${start}const void* const* args, uint32_t block,`];
  const rest = `${blocks}) {`;
  if (lines[0]!.length + 1 + rest.length <= lineWidth) return `${lines[0]!} ${rest}`;
  return [...lines, indent + rest].join('\n');
}
