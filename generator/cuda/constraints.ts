/** Why a variant cannot solve a problem on a target. What passes here compiles and is correct. */
import {
  blockGrid,
  blockRows,
  persistentGrid,
  rowRoom,
  sharedBytesFor,
  type BlockRule,
} from '../manifest.js';
import type { Problem } from '../problem.js';
import type { CudaTarget } from '../target.js';
import type {
  CudaDenseVariant,
  CudaStreamVariant,
  CudaVariant,
  MmaColumnsVariant,
  MmaTilesVariant,
  RowPermutedVariant,
} from '../variant.js';
import { columnsGrid, columnsShape, columnsSharedBytes } from './columns-shape.js';
import {
  copyUnits,
  halfProducts,
  storedIndex,
  streamGrid,
  streamLayout,
  streamShape,
  streamSharedBytes,
} from './stream-shape.js';
import { columnSteps, tilesGrid, tilesShape, tilesSharedBytes } from './tiles-shape.js';

/** Registers per thread below which even a small kernel spills. */
const leastRegisters = 32;
/** Registers that a lane may hold for the units under way and the one it computes. */
const mostRingWords = 40;
/** Registers that a lane may hold for steps of a tile: groups, their meta words and the masks of those behind them. */
const mostTileWords = 80;

/** The first reason against the variant, or undefined when it can be generated. */
export function cudaRejection(
  problem: Problem,
  variant: CudaVariant,
  target: CudaTarget,
): string | undefined {
  return (
    residency(variant, target) ??
    (variant.pdl && target.computeCapability < 90
      ? `programmatic dependent launch needs compute capability 9.0, the target has ${(target.computeCapability / 10).toFixed(1)}`
      : undefined) ??
    decompositionRejection(problem, variant, target)
  );
}

function decompositionRejection(
  problem: Problem,
  variant: CudaVariant,
  target: CudaTarget,
): string | undefined {
  switch (variant.decomposition) {
    case 'dense_rows':
      return denseRejection(problem, variant);
    case 'mma_columns':
      return columnsRejection(problem, variant, target);
    case 'mma_tiles':
      return tilesRejection(problem, variant, target);
    case 'row_split':
    case 'task_centric':
    case 'row_permuted':
      return streamRejection(problem, variant, target);
  }
}

function columnsRejection(
  problem: Problem,
  variant: MmaColumnsVariant,
  target: CudaTarget,
): string | undefined {
  const { activation, groupSize, k, m } = problem;
  if (activation !== 'f16' && activation !== 'i8') {
    return `tensor cores multiply integer weights by float16 or int8 x, not by ${activation}`;
  }
  if (groupSize < 16) return `tensor cores take 16 weights of one group at a time, groups have ${groupSize}`;
  const rows = mostRowsPerCta(columnsGrid(variant), problem, target);
  const { mostRows, tokensPerColumn } = columnsShape(problem, variant);
  if (variant.columnsPerBatch > 1 && m > tokensPerColumn)
    return `two columns per batch leave room for ${tokensPerColumn} tokens, there are ${m}`;
  if (rows > mostRows)
    return `${rows} rows of a CTA exceed the ${mostRows} that a group's meta word can name`;
  return sharedRejection(sharedBytesFor(columnsSharedBytes(problem, variant), k, rows), variant, target);
}

function tilesRejection(problem: Problem, variant: MmaTilesVariant, target: CudaTarget): string | undefined {
  const { activation, groupSize, k } = problem;
  const { prefetch, warps, rowsPerTile } = variant;
  if (activation !== 'f16' && activation !== 'i8') {
    return `tensor cores multiply float16 weights by float16 or int8 x, not by ${activation}`;
  }
  const { groupsPerStep, wordsPerGroup } = tilesShape(problem, variant);
  if (groupSize < 8 || wordsPerGroup < 1)
    return `tensor cores take whole words of at least 8 weights of one group, groups have ${groupSize}`;
  if (prefetch * groupsPerStep * (wordsPerGroup + 2) > mostTileWords)
    return `${prefetch} steps ahead of groups of ${groupSize} in ${rowsPerTile} rows do not fit into registers`;
  const steps = columnSteps(problem);
  if (steps < warps) return `${warps} warps share ${steps} steps of columns`;
  const rows = mostRowsPerCta(tilesGrid(variant), problem, target);
  return sharedRejection(sharedBytesFor(tilesSharedBytes(problem, variant), k, rows), variant, target);
}

function mostRowsPerCta(rule: BlockRule, { n }: Problem, { smCount }: CudaTarget): number {
  return blockRows(rule, n, blockGrid(rule, n, smCount));
}

function residency(variant: CudaVariant, target: CudaTarget): string | undefined {
  const ctas = residentCtas(variant);
  if (ctas > variant.ctasPerSm && !variant.pdl)
    return 'without dependent launch one kernel is resident at a time';
  const threads = variant.warps * 32 * ctas;
  if (threads > target.threadsPerSm) {
    return `${ctas} CTAs of ${variant.warps} warps exceed the ${target.threadsPerSm} threads of an SM`;
  }
  if (target.registersPerSm / threads < leastRegisters) {
    return `${threads} threads per SM leave fewer than ${leastRegisters} registers each`;
  }
  return undefined;
}

function residentCtas(variant: CudaVariant): number {
  return variant.ctasPerSm * ('residentGrids' in variant ? variant.residentGrids : 1);
}

function denseRejection(problem: Problem, variant: CudaDenseVariant): string | undefined {
  if (problem.activation === 'i8' || problem.activation === 'f32') {
    return `the dense baseline multiplies float16 or bfloat16 x, not ${problem.activation}`;
  }
  if (problem.k % 8 !== 0)
    return `16-byte loads of float16 weights need k to be a multiple of 8, k is ${problem.k}`;
  if (variant.rowsPerWarp * problem.m * variant.unroll > 64) {
    return `${variant.rowsPerWarp} rows x ${problem.m} tokens x ${variant.unroll} loads do not fit into registers`;
  }
  return undefined;
}

function streamRejection(
  problem: Problem,
  variant: CudaStreamVariant,
  target: CudaTarget,
): string | undefined {
  return (
    mathRejection(problem, variant) ??
    loadRejection(variant, target) ??
    unitRejection(problem, variant) ??
    indexRejection(problem, variant) ??
    streamSharedRejection(problem, variant, target) ??
    (variant.xLocation === 'global' && variant.groupOrder === 'banks'
      ? 'x in global memory has no banks to order groups for'
      : undefined) ??
    (variant.decomposition === 'row_permuted' ? slicesRejection(problem, variant) : undefined) ??
    (variant.decomposition === 'row_split' && variant.warps % variant.warpsPerTeam !== 0
      ? `teams of ${variant.warpsPerTeam} warps do not divide a CTA of ${variant.warps}`
      : undefined)
  );
}

function slicesRejection(problem: Problem, variant: RowPermutedVariant): string | undefined {
  const { rowsPerSlice, unitElements } = variant;
  return 32 / rowsPerSlice < streamShape(problem, unitElements).lanesPerGroup
    ? `${rowsPerSlice} rows side by side leave each fewer lanes than share a group`
    : undefined;
}

function mathRejection({ activation, bits }: Problem, { math }: CudaStreamVariant): string | undefined {
  if (activation === 'f32') return 'float32 x is a CPU problem; CUDA kernels take f16, bf16 or i8';
  if ((activation === 'i8') !== (math === 'dp4a')) return `${math} arithmetic does not take ${activation} x`;
  if (activation === 'bf16' && math === 'half2') return 'bfloat16 x exceeds the range of half2 products';
  if (bits === 8 && math === 'half2') return '8-bit weights exceed the range of half2 partial sums';
  return undefined;
}

function loadRejection(variant: CudaStreamVariant, { computeCapability }: CudaTarget): string | undefined {
  const { weightLoads, l2Policy, stageSteps, indexForm, pdl } = variant;
  const delayed = variant.startDelay > 0 || variant.stageInterval > 0;
  const bulk = weightLoads === 'bulk';
  if ((bulk || l2Policy === 'prefetch') && computeCapability < 90) {
    return `bulk copies need compute capability 9.0, the target has ${(computeCapability / 10).toFixed(1)}`;
  }
  if (bulk && indexForm === 'wide') return 'bulk copies take zero points in the meta words only';
  if (bulk && l2Policy === 'prefetch') return 'bulk copies need no prefetch into L2';
  if (!bulk && l2Policy === 'evict_first') return 'only bulk copies mark lines as evict-first';
  if (!bulk && stageSteps !== 1) return `stages of ${stageSteps} steps need bulk copies`;
  if (delayed && !pdl) return 'without dependent launch no other kernel is there to wait for';
  if (variant.prefetch === 1 && variant.stageInterval > 0) return 'a single request has no interval';
  return undefined;
}

function unitRejection(problem: Problem, variant: CudaStreamVariant): string | undefined {
  const { bits, groupSize } = problem;
  const { unitElements } = variant;
  const shape = streamShape(problem, unitElements);
  if (bits === 3 && unitElements % 32 !== 0) return '3-bit integers come in blocks of 32 weights';
  if (![1, 2, 4].includes(shape.vectorWords)) {
    return `a unit of ${unitElements} weights of ${bits} bits is no 4-, 8- or 16-byte load`;
  }
  const pieces = copyUnits(shape, storedIndex(problem, variant, shape));
  if (variant.weightLoads === 'bulk' && pieces > 32) {
    return `the meta words of ${pieces} units fill one 16-byte piece, a bulk copy's step has 32 units`;
  }
  if (shape.groupsPerUnit > 8)
    return `${shape.groupsPerUnit} groups of ${groupSize} are too many for one unit`;
  const ringWords = variant.prefetch * (shape.planes * shape.vectorWords + shape.groupsPerUnit);
  if (variant.weightLoads !== 'bulk' && ringWords > mostRingWords) {
    return `${variant.prefetch} units of ${unitElements} weights do not fit into registers`;
  }
  if (variant.math === 'half2' && shape.partElements % Math.min(halfProducts, shape.partElements) !== 0) {
    return `half-precision sums of ${halfProducts} products do not divide a part of ${shape.partElements}`;
  }
  return undefined;
}

function indexRejection(problem: Problem, variant: CudaStreamVariant): string | undefined {
  const { indexForm, unitElements } = variant;
  if (indexForm === 'narrow' || indexForm === 'windowed') {
    const { groupsPerUnit } = streamShape(problem, unitElements);
    if (problem.bits > 4) return `the ${indexForm} form has 4 bits for a zero point, not ${problem.bits}`;
    if (groupsPerUnit !== 2 && groupsPerUnit !== 4) {
      return `the ${indexForm} form takes 2 or 4 groups per unit, not ${groupsPerUnit}`;
    }
  }
  if (indexForm === 'windowed' && variant.decomposition !== 'row_permuted')
    return 'only row_permuted has rows side by side, which share a window';
  if (indexForm === 'windowed' && variant.weightLoads === 'bulk')
    return 'bulk copies take no windows: a stage has too few bases for one';
  const columns = problem.k / problem.groupSize;
  const indexBits = { packed: 16 - problem.bits, wide: 16, narrow: 8, windowed: 16 }[indexForm];
  if (columns > 2 ** indexBits) {
    return `${columns} group columns do not fit into the ${indexBits} index bits of the ${indexForm} form`;
  }
  return undefined;
}

function streamSharedRejection(
  problem: Problem,
  variant: CudaStreamVariant,
  target: CudaTarget,
): string | undefined {
  const { n, k, density, groupSize } = problem;
  const rule = streamGrid(variant);
  const layout = streamLayout(problem, variant);
  const groups = (n * k * density) / groupSize;
  const rows = rowRoom(
    { grid: rule, layout },
    n,
    persistentGrid(rule, layout, { n, k, groups }, target.smCount),
  );
  return sharedRejection(sharedBytesFor(streamSharedBytes(problem, variant), k, rows), variant, target);
}

/** `bytes`: dynamic shared memory of a CTA. */
function sharedRejection(bytes: number, variant: CudaVariant, target: CudaTarget): string | undefined {
  if (bytes > target.sharedPerCta) {
    return `stages, tiles, sums and x take ${bytes} bytes of shared memory, a CTA has ${target.sharedPerCta}`;
  }
  // Each resident CTA also pays 1 KiB that the system reserves.
  const ctas = residentCtas(variant);
  if ((bytes + 1024) * ctas > target.sharedPerSm) {
    return `${ctas} CTAs with ${bytes} bytes of shared memory exceed the ${target.sharedPerSm} bytes of an SM`;
  }
  return undefined;
}
