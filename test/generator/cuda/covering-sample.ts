/** A small sample of kernels in which every two choices meet, so that no combination of two goes untested. */
import {
  bitWidths,
  type CudaStreamVariant,
  epilogues,
  groupSizes,
  type KernelTraits,
  knownArchitectures,
  outputTypes,
  rejectionReason,
  tokenCounts,
} from '../../../generator/index.js';
import { seededRandom, type Random } from '../../support/random.js';

export interface SampledKernel {
  readonly traits: KernelTraits;
  readonly variant: CudaStreamVariant;
}

/** Activation and arithmetic: the pairs that go together. */
export const arithmetics = [
  { activation: 'f16', math: 'half2' },
  { activation: 'f16', math: 'f32' },
  { activation: 'bf16', math: 'f32' },
  { activation: 'i8', math: 'dp4a' },
] as const;

const decompositions = [
  { decomposition: 'row_split', warpsPerTeam: 1 },
  { decomposition: 'row_split', warpsPerTeam: 2 },
  { decomposition: 'row_split', warpsPerTeam: 4 },
  { decomposition: 'task_centric', fixup: 'last_arriver' },
  { decomposition: 'task_centric', fixup: 'atomic' },
  { decomposition: 'row_permuted', rowsPerSlice: 1 },
  { decomposition: 'row_permuted', rowsPerSlice: 4 },
  { decomposition: 'row_permuted', rowsPerSlice: 8 },
] as const;

const undelayed = { startDelay: 0, stageInterval: 0 } as const;
const loadPaths = [
  { weightLoads: 'cached', l2Policy: 'normal', stageSteps: 1, ...undelayed },
  { weightLoads: 'streaming', l2Policy: 'normal', stageSteps: 1, ...undelayed },
  { weightLoads: 'streaming', l2Policy: 'prefetch', stageSteps: 1, ...undelayed },
  { weightLoads: 'streaming', l2Policy: 'normal', stageSteps: 1, startDelay: 450, stageInterval: 0 },
  { weightLoads: 'bulk', l2Policy: 'normal', stageSteps: 1, ...undelayed },
  { weightLoads: 'bulk', l2Policy: 'evict_first', stageSteps: 2, ...undelayed },
  { weightLoads: 'bulk', l2Policy: 'evict_first', stageSteps: 2, startDelay: 600, stageInterval: 0 },
  { weightLoads: 'bulk', l2Policy: 'normal', stageSteps: 4, startDelay: 0, stageInterval: 500 },
] as const;

function draw(random: Random): SampledKernel {
  const { activation, math } = random.pick(arithmetics);
  const common = {
    target: 'cuda',
    warps: random.pick([2, 4, 8, 16] as const),
    ctasPerSm: random.pick([1, 2] as const),
    residentGrids: random.pick([1, 2] as const),
    unitElements: random.pick([8, 16, 32, 64] as const),
    ...random.pick(loadPaths),
    prefetch: random.pick([1, 2, 3, 4] as const),
    xLocation: random.pick(['shared', 'global'] as const),
    math,
    indexForm: random.pick(['packed', 'wide', 'narrow'] as const),
    groupOrder: random.pick(['ascending', 'banks'] as const),
    pdl: random.pick([false, true]),
  } as const;
  const mapping = random.pick(decompositions);
  const rows = { rowsPerTeam: random.pick([1, 3, 5, 8, 16] as const) };
  const variant =
    mapping.decomposition === 'row_split' ? { ...common, ...mapping, ...rows } : { ...common, ...mapping };
  const traits: KernelTraits = {
    m: random.pick(tokenCounts),
    bits: random.pick(bitWidths),
    groupSize: random.pick(groupSizes),
    activation,
    output: random.pick(['f32', ...outputTypes] as const),
    epilogue: random.pick(epilogues),
  };
  return { traits, variant };
}

/** Whether a kernel of the sample may be generated; k is as the tests have it. */
function isValid({ traits, variant }: SampledKernel): boolean {
  const problem = { op: 'gemv', n: 64, k: 1024, density: 0.5, ...traits } as const;
  return rejectionReason(problem, variant, knownArchitectures['sm_90']!) === undefined;
}

/** What a kernel covers: every two of its choices, and its decomposition, arithmetic and bits together. */
function featuresOf({ traits, variant }: SampledKernel): string[] {
  const choices = Object.entries({ ...traits, ...variant }).map(([key, value]) => `${key}=${value}`);
  const pairs = choices.flatMap((first, i) => choices.slice(i + 1).map((second) => `${first} ${second}`));
  const fixup = variant.decomposition === 'task_centric' ? variant.fixup : '';
  const team = variant.decomposition === 'row_split' ? Math.min(variant.warpsPerTeam, 2) : 0;
  const { decomposition, math } = variant;
  return [...pairs, [decomposition, fixup, team, math, traits.activation, traits.bits].join('/')];
}

/**
 * Takes, of `candidates` random kernels, always the one that covers most of what is not yet covered, until nothing is
 * left. The same seed gives the same sample.
 */
export function coveringSample(seed: number, candidates: number): SampledKernel[] {
  const random = seededRandom(seed);
  const pool: SampledKernel[] = [];
  while (pool.length < candidates) {
    const kernel = draw(random);
    if (isValid(kernel)) pool.push(kernel);
  }
  const numbers = new Map<string, number>();
  const features = pool.map((kernel) =>
    featuresOf(kernel).map((feature) => {
      if (!numbers.has(feature)) numbers.set(feature, numbers.size);
      return numbers.get(feature)!;
    }),
  );
  const covered = new Uint8Array(numbers.size);
  const sample: SampledKernel[] = [];
  for (;;) {
    const gains = features.map((list) => list.reduce((sum, feature) => sum + (covered[feature] ? 0 : 1), 0));
    const best = gains.reduce((most, gain, i) => (gain > gains[most]! ? i : most), 0);
    if (gains[best] === 0) return sample;
    for (const feature of features[best]!) covered[feature] = 1;
    sample.push(pool[best]!);
  }
}
