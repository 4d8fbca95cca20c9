/** The kernels that the device tests go through. */
import {
  bitWidths,
  type CudaStreamVariant,
  type MmaColumnsVariant,
  type MmaTilesVariant,
  type CudaTarget,
  defaultVariant,
  epilogues,
  groupSizes,
  type KernelTraits,
  knownArchitectures,
  type Problem,
  rejectionReason,
  scaleRuns,
  scaleSharing,
  tokenCounts,
} from '../../generator/index.js';
import { arithmetics } from '../generator/cuda/covering-sample.js';
import type { KernelCase } from './kernel-case.js';

export interface SweepKernel extends KernelCase {
  readonly variant: CudaStreamVariant | MmaColumnsVariant | MmaTilesVariant;
}

const shape = { n: 1031, k: 2048, density: 0.5 } as const;

const decompositions = [
  { decomposition: 'row_split', rowsPerTeam: 3, warpsPerTeam: 1 },
  { decomposition: 'row_split', rowsPerTeam: 2, warpsPerTeam: 4 },
  { decomposition: 'task_centric', fixup: 'last_arriver' },
  { decomposition: 'task_centric', fixup: 'atomic' },
  { decomposition: 'row_permuted', rowsPerSlice: 1 },
  { decomposition: 'row_permuted', rowsPerSlice: 4 },
  { decomposition: 'row_permuted', rowsPerSlice: 8 },
] as const;

/** One kernel of each decomposition and arithmetic, where there is one with the format of the paper. */
export function onePerKind(kernels: readonly SweepKernel[]): SweepKernel[] {
  const kinds = new Map<string, SweepKernel>();
  for (const kernel of kernels) {
    const { variant, traits } = kernel;
    const team = variant.decomposition === 'row_split' ? variant.warpsPerTeam : 0;
    const fixup = variant.decomposition === 'task_centric' ? variant.fixup : '';
    const math = 'math' in variant ? variant.math : '';
    const windowed = 'indexForm' in variant && variant.indexForm === 'windowed';
    const kind = [variant.decomposition, team, fixup, math, windowed];
    const key = [...kind, traits.activation, traits.groupsPerScale].join('/');
    if (!kinds.has(key) || (traits.bits === 4 && traits.groupSize === 16)) kinds.set(key, kernel);
  }
  return [...kinds.values()];
}

/** Decomposition x arithmetic x bits x group size; the remaining parameters go round from kernel to kernel. */
export function sweep(computeCapability: number): SweepKernel[] {
  const target = knownArchitectures[`sm_${computeCapability}`] ?? knownArchitectures['sm_80']!;
  const kernels: SweepKernel[] = [];
  let next = 0;
  for (const mapping of decompositions) {
    for (const { activation, math } of arithmetics) {
      for (const bits of bitWidths) {
        for (const groupSize of groupSizes) {
          const turn = next++;
          const traits: KernelTraits = {
            m: tokenCounts[Math.floor(turn / 3) % tokenCounts.length]!,
            bits,
            groupSize,
            activation,
            output: 'f32',
            epilogue: epilogues[Math.floor(turn / 4) % 4]!,
          };
          const variant = variantFor(traits, target, turn);
          if (variant === undefined) continue;
          const candidate = { ...variant, ...mapping, math } as CudaStreamVariant;
          if (rejectionReason(problemFor(traits), candidate, target) === undefined) {
            kernels.push({ traits, variant: candidate, ...shape });
          }
        }
      }
    }
  }
  return [...kernels, ...shortIndexKernels(target), ...columnKernels(target), ...tileKernels(target)];
}

/** Narrow indices with scales that groups share, windows without: arithmetic x bits x group size x groups per scale. */
function shortIndexKernels(target: CudaTarget): SweepKernel[] {
  const kernels: SweepKernel[] = [];
  const loads = target.computeCapability >= 90 ? [...dependentLoads, lateLoads] : independentLoads;
  let next = 0;
  for (const { activation, math } of arithmetics) {
    for (const bits of bitWidths) {
      for (const groupSize of groupSizes) {
        for (const groupsPerScale of scaleRuns) {
          const turn = next++;
          const format = { bits, groupSize, ...scaleSharing(groupsPerScale) };
          const m = tokenCounts[turn % 3]!;
          const epilogue = epilogues[turn % 4]!;
          const traits: KernelTraits = { m, ...format, activation, output: 'f32', epilogue };
          for (const unitElements of [16, 32, 64] as const) {
            const variant: CudaStreamVariant = {
              target: 'cuda',
              decomposition: 'row_permuted',
              warps: 4,
              ctasPerSm: 2,
              residentGrids: 1,
              unitElements,
              prefetch: ([1, 2, 3] as const)[turn % 3]!,
              xLocation: 'shared',
              math,
              indexForm: groupsPerScale === 1 ? 'windowed' : 'narrow',
              groupOrder: turn % 5 < 4 ? 'banks' : 'ascending',
              ...loads[turn % loads.length]!,
              pdl: target.computeCapability >= 90,
              rowsPerSlice: ([8, 4, 16, 2] as const)[Math.floor(turn / 2) % 4]!,
            };
            if (rejectionReason(problemFor(traits), variant, target) === undefined)
              kernels.push({ traits, variant, ...shape });
          }
        }
      }
    }
  }
  return kernels;
}

/** Tensor cores: activations x bits x group sizes. */
function columnKernels(target: CudaTarget): SweepKernel[] {
  const kernels: SweepKernel[] = [];
  let next = 0;
  for (const activation of ['f16', 'i8'] as const) {
    for (const bits of bitWidths) {
      for (const groupSize of groupSizes) {
        const turn = next++;
        const m = tokenCounts[turn % tokenCounts.length]!;
        const epilogue = epilogues[turn % 4]!;
        const traits: KernelTraits = { m, bits, groupSize, activation, output: 'f32', epilogue };
        const variant: MmaColumnsVariant = {
          target: 'cuda',
          decomposition: 'mma_columns',
          warps: ([4, 8, 16] as const)[turn % 3]!,
          ctasPerSm: ([1, 2] as const)[turn % 2]!,
          residentGrids: 1,
          columnsPerBatch: m <= 4 && turn % 2 === 0 ? 2 : 1,
          prefetch: ([2, 4, 6] as const)[turn % 3]!,
          columnsAhead: ([2, 4, 8] as const)[turn % 3]!,
          pdl: target.computeCapability >= 90,
        };
        if (rejectionReason(problemFor(traits), variant, target) === undefined)
          kernels.push({ traits, variant, ...shape });
      }
    }
  }
  return kernels;
}

/** The same in tiles. */
function tileKernels(target: CudaTarget): SweepKernel[] {
  const kernels: SweepKernel[] = [];
  let next = 0;
  for (const activation of ['f16', 'i8'] as const) {
    for (const bits of bitWidths) {
      for (const groupSize of groupSizes) {
        const turn = next++;
        const m = tokenCounts[turn % tokenCounts.length]!;
        const epilogue = epilogues[turn % 4]!;
        const traits: KernelTraits = { m, bits, groupSize, activation, output: 'f32', epilogue };
        const variant: MmaTilesVariant = {
          target: 'cuda',
          decomposition: 'mma_tiles',
          warps: ([2, 4] as const)[turn % 2]!,
          ctasPerSm: ([1, 2] as const)[turn % 2]!,
          prefetch: ([1, 2, 3] as const)[turn % 3]!,
          rowsPerTile: bits === 8 || groupSize === 128 ? 16 : ([16, 32] as const)[turn % 2]!,
          xLocation: groupSize === 128 || turn % 3 === 1 ? 'global' : 'shared',
          pdl: target.computeCapability >= 90,
        };
        if (rejectionReason(problemFor(traits), variant, target) === undefined)
          kernels.push({ traits, variant, ...shape });
      }
    }
  }
  return kernels;
}

const undelayed = { startDelay: 0, stageInterval: 0 } as const;
const independentLoads = [
  { weightLoads: 'cached', l2Policy: 'normal', stageSteps: 1, ...undelayed },
  { weightLoads: 'streaming', l2Policy: 'normal', stageSteps: 1, ...undelayed },
] as const;
const dependentLoads = [
  ...independentLoads,
  { weightLoads: 'bulk', l2Policy: 'normal', stageSteps: 1, ...undelayed },
  { weightLoads: 'bulk', l2Policy: 'evict_first', stageSteps: 4, startDelay: 300, stageInterval: 500 },
  { weightLoads: 'streaming', l2Policy: 'prefetch', stageSteps: 1, ...undelayed },
] as const;

const lateLoads = { ...independentLoads[0], startDelay: 450 } as const;

type Common = Omit<CudaStreamVariant, 'decomposition'>;

function variantFor(traits: KernelTraits, target: CudaTarget, turn: number): Common | undefined {
  const start = defaultVariant(problemFor(traits), target);
  if (start.decomposition !== 'row_permuted') return undefined;
  const isShared = turn % 5 !== 0;
  const dependent = target.computeCapability >= 90 && turn % 2 === 0;
  const loads = dependent ? dependentLoads : independentLoads;
  const load = loads[Math.floor(turn / 2) % loads.length]!;
  const wide = (turn % 3 === 0 || traits.bits === 8) && load.weightLoads !== 'bulk';
  return {
    target: 'cuda',
    warps: 4,
    ctasPerSm: 2,
    residentGrids: dependent && turn % 3 === 0 ? 2 : 1,
    unitElements: start.unitElements,
    prefetch: ([1, 2, 3, 4] as const)[turn % 4]!,
    xLocation: isShared ? 'shared' : 'global',
    math: start.math,
    indexForm: wide ? 'wide' : 'packed',
    groupOrder: isShared && turn % 7 < 4 ? 'banks' : 'ascending',
    ...load,
    pdl: dependent,
  };
}

function problemFor(traits: KernelTraits): Problem {
  return { op: 'gemv', ...shape, ...traits };
}
