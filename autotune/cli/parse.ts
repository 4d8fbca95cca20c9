/** From the options as text to what a run is asked to do. */
import { knownArchitectures, type CudaTarget } from '../../generator/index.js';
import { rowDistributions, type RowDistribution } from '../../runtime/index.js';
import type { LayerShape } from '../layers.js';
import { readModelLayers } from '../model-config.js';
import { parseBudget, type Budget } from '../pipeline/budget.js';
import { TuneError } from '../pipeline/error.js';
import { presetLayers } from '../presets.js';
import {
  crossProblems,
  defaultLayers,
  defaultLists,
  parseActivations,
  parseBits,
  parseDensities,
  parseGroupSizes,
  parseGroupsPerScale,
  parseTokens,
  type TargetKind,
} from '../problems.js';
import type { Strategy } from '../search/index.js';
import { parseShapes } from '../shapes.js';
import { strategyNames, type RawTuneOptions } from './tune-command.js';

/** Seconds for a run, and evaluations per problem, where no budget is given. */
const budgetUnlessGiven: Budget = { seconds: 540, evaluations: 200 };

/** The problems that the options ask for on a kind of device. @throws ProblemError */
export async function parseProblems(
  raw: RawTuneOptions,
  kind: TargetKind,
): Promise<ReturnType<typeof crossProblems>> {
  const lists = defaultLists(kind);
  return crossProblems(kind, await layersOf(raw, kind), {
    bits: raw.bits === undefined ? lists.bits : parseBits(raw.bits),
    groupSizes: raw.groupSize === undefined ? lists.groupSizes : parseGroupSizes(raw.groupSize),
    groupsPerScale:
      raw.groupsPerScale === undefined ? lists.groupsPerScale : parseGroupsPerScale(raw.groupsPerScale),
    densities: raw.density === undefined ? lists.densities : parseDensities(raw.density),
    tokens: raw.m === undefined ? lists.tokens : parseTokens(raw.m),
    activations: raw.activation === undefined ? lists.activations : parseActivations(raw.activation),
  });
}

async function layersOf({ model, shapes, preset }: RawTuneOptions, kind: TargetKind): Promise<LayerShape[]> {
  if (model === undefined && shapes === undefined && preset === undefined) return defaultLayers(kind);
  return [
    ...(preset === undefined ? [] : presetLayers(preset)),
    ...(model === undefined ? [] : await readModelLayers(model)),
    ...(shapes === undefined ? [] : parseShapes(shapes)),
  ];
}

/** @throws TuneError */
export function parseStrategy(name: string): Strategy {
  switch (name) {
    case 'hill-climb':
      return 'climb';
    case 'random':
    case 'exhaustive':
      return name;
    default:
      throw new TuneError(
        `Expected one of ${strategyNames.join(', ')} for --strategy but received "${name}"`,
      );
  }
}

/** @throws TuneError */
export function parseRows(name: string): RowDistribution {
  const found = rowDistributions.find((known) => known === name);
  if (found !== undefined) return found;
  throw new TuneError(`Expected one of ${rowDistributions.join(', ')} for --rows but received "${name}"`);
}

/** A time limit alone also limits evaluations, and the other way round only where nothing is given. @throws TuneError */
export function parseLimits(text: string | undefined): Budget {
  return text === undefined ? budgetUnlessGiven : parseBudget(text);
}

/** Options that would do nothing are refused rather than ignored. @throws TuneError */
export function checkTogether(raw: RawTuneOptions): void {
  if (raw.out?.trim() === '') throw new TuneError('Expected a folder for --out but received ""');
  if (raw.emitOnly !== true) {
    if (raw.arch === undefined) return;
    throw new TuneError(
      `Expected --arch only with --emit-only but received --arch ${raw.arch}: what is timed is compiled for the device it runs on. Add --emit-only, or leave --arch out.`,
    );
  }
  const idle = [
    raw.device === undefined ? undefined : '--device',
    raw.restrict === undefined ? undefined : '--restrict',
    raw.resume === undefined ? undefined : '--resume',
    raw.hot === undefined ? undefined : '--hot',
  ].find((option) => option !== undefined);
  if (idle !== undefined) {
    throw new TuneError(
      `Expected --emit-only without ${idle} but received both: nothing is searched or timed. Leave ${idle} out.`,
    );
  }
}

/** @throws TuneError */
export function parseInteger(
  option: string,
  text: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const limit = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
  throw new TuneError(
    `Expected an integer of at least ${least}${limit} for ${option} but received "${text}"`,
  );
}

/** Architectures of --arch with their published limits. @throws TuneError */
export function parseArchitectures(text: string | undefined): { arch: string; target: CudaTarget }[] {
  const known = Object.keys(knownArchitectures).join(', ');
  if (text === undefined) throw new TuneError(`Expected --arch with --emit-only, one or more of ${known}`);
  return [...new Set(text.split(',').map((part) => part.trim()))].map((arch) => {
    const target = Object.hasOwn(knownArchitectures, arch) ? knownArchitectures[arch] : undefined;
    if (target === undefined) throw new TuneError(`Expected ${known} for --arch but received "${arch}"`);
    return { arch, target };
  });
}
