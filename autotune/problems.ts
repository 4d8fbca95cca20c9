/** From layers and lists of formats to the problems that are tuned. */
import {
  activations,
  bitWidths,
  defaultOutput,
  groupSizes,
  problemName,
  problemSchema,
  scaleRuns,
  scaleSharing,
  tokenCounts,
  type Activation,
  type Bits,
  type GroupSize,
  type GroupsPerScale,
  type Problem,
} from '../generator/index.js';
import type { LayerShape } from './layers.js';
import { presetLayers } from './presets.js';
import { ProblemError } from './problem-error.js';

export type TargetKind = 'cuda' | 'cpu';

/** Lists that are crossed with each other and with the layers. */
export interface ProblemLists {
  readonly bits: readonly Bits[];
  readonly groupSizes: readonly GroupSize[];
  readonly groupsPerScale: readonly GroupsPerScale[];
  readonly densities: readonly number[];
  readonly tokens: readonly Problem['m'][];
  readonly activations: readonly Activation[];
}

/**
 * The format and activations that are tuned unless stated: 4 bits, groups of 16 with a scale each, half of the groups, one
 * token.
 */
export function defaultLists(target: TargetKind): ProblemLists {
  return {
    bits: [4],
    groupSizes: [16],
    groupsPerScale: [1],
    densities: [0.5],
    tokens: [1],
    activations: target === 'cuda' ? ['f16', 'i8'] : ['f32', 'i8'],
  };
}

/** The layers that are tuned unless stated: LLaMA-7B's; on CPUs, where a kernel runs for milliseconds, three of them. */
export function defaultLayers(target: TargetKind): LayerShape[] {
  const layers = presetLayers('llama-7b');
  return target === 'cuda' ? layers : layers.filter(({ name }) => name !== 'qkv');
}

/** Every layer with every format, each problem once, in a fixed order. Throws ProblemError for one that cannot be. */
export function crossProblems(
  target: TargetKind,
  layers: readonly LayerShape[],
  lists: ProblemLists,
): Problem[] {
  checkActivations(target, lists.activations);
  const problems = new Map<string, Problem>();
  for (const layer of layers) {
    for (const format of formats(lists)) {
      const problem = layerProblem(target, layer, format);
      problems.set(problemName(problem), problem);
    }
  }
  return [...problems.values()];
}

type Format = Pick<Problem, 'bits' | 'groupSize' | 'groupsPerScale' | 'density' | 'm' | 'activation'>;

function formats(lists: ProblemLists): Format[] {
  return lists.activations.flatMap((activation) =>
    lists.bits.flatMap((bits) =>
      lists.groupSizes.flatMap((groupSize) =>
        lists.groupsPerScale
          .map(scaleSharing)
          .flatMap((sharing) =>
            lists.densities.flatMap((density) =>
              lists.tokens.map((m) => ({ activation, bits, groupSize, ...sharing, density, m })),
            ),
          ),
      ),
    ),
  );
}

/** A group's column is stored in 16 bits. */
const mostColumns = 2 ** 16;

function layerProblem(target: TargetKind, { name, n, k }: LayerShape, format: Format): Problem {
  if (k % format.groupSize !== 0) {
    const fitting = groupSizes.filter((size) => k % size === 0);
    const remedy = fitting.length > 0 ? `Use --group-size ${fitting.join(' or ')}` : 'Leave the layer out';
    throw new ProblemError(
      name,
      `Expected k to be a multiple of the group size ${format.groupSize} for layer ${name} (${n}x${k}) but received k = ${k}. ${remedy}.`,
    );
  }
  if (k / format.groupSize > mostColumns) {
    throw new ProblemError(
      name,
      `Expected at most ${mostColumns} groups per row for layer ${name} (${n}x${k}) but received ${k / format.groupSize} of ${format.groupSize}. Use a larger --group-size.`,
    );
  }
  const output = defaultOutput(target, format.activation);
  const parsed = problemSchema.safeParse({ op: 'gemv', n, k, ...format, output, epilogue: 'none' });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProblemError(
    name,
    `Expected a problem that can be tuned for layer ${name} (${n}x${k}) but received ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    parsed.error,
  );
}

function checkActivations(target: TargetKind, wanted: readonly Activation[]): void {
  const supported = target === 'cuda' ? (['f16', 'bf16', 'i8'] as const) : (['f32', 'i8'] as const);
  const wrong = wanted.find((activation) => !supported.some((s) => s === activation));
  if (wrong === undefined) return;
  const device = target === 'cuda' ? 'a GPU' : 'a CPU';
  throw new ProblemError(
    '--activation',
    `Expected ${supported.join(' or ')} for --activation on ${device} but received ${wrong}`,
  );
}

/** Parses the comma-separated values of an option that allows only certain ones. Throws ProblemError. */
export function parseChoices<T extends string | number>(
  option: string,
  text: string,
  allowed: readonly T[],
): T[] {
  const values = text.split(',').map((part) => {
    const found = allowed.find((value) => String(value) === part.trim());
    if (found === undefined) {
      const received = `but received "${part.trim()}"`;
      throw new ProblemError(option, `Expected values among ${allowed.join(', ')} for ${option} ${received}`);
    }
    return found;
  });
  return [...new Set(values)];
}

/** Parses comma-separated densities, each in (0, 1]. Throws ProblemError. */
export function parseDensities(text: string): number[] {
  const values = text.split(',').map((part) => {
    const value = part.trim() === '' ? NaN : Number(part);
    if (!(value > 0 && value <= 1)) {
      throw new ProblemError(
        '--density',
        `Expected densities above 0 and at most 1 for --density but received "${part.trim()}"`,
      );
    }
    return value;
  });
  return [...new Set(values)];
}

export const parseBits = (text: string): Bits[] => parseChoices('--bits', text, bitWidths);
export const parseGroupSizes = (text: string): GroupSize[] => parseChoices('--group-size', text, groupSizes);
export const parseGroupsPerScale = (text: string): GroupsPerScale[] =>
  parseChoices('--groups-per-scale', text, scaleRuns);
export const parseTokens = (text: string): Problem['m'][] => parseChoices('--m', text, tokenCounts);
export const parseActivations = (text: string): Activation[] =>
  parseChoices('--activation', text, activations);
