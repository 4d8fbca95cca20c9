/** `gqs-tune bench-balance`: load balance of the decompositions. */
import type { Command } from 'commander';
import { rowDistributions } from '../../runtime/index.js';
import { runBalance } from '../bench/balance/run-balance.js';
import { sampleUs } from '../bench/provenance.js';
import { checkFits } from '../fits.js';
import {
  crossProblems,
  defaultLists,
  parseActivations,
  parseBits,
  parseChoices,
  parseDensities,
  parseGroupSizes,
  parseTokens,
} from '../problems.js';
import { parseShapes } from '../shapes.js';
import { benchPlace, benchStatus, sayLine, single } from './bench-options.js';
import { npmCommand } from './npm-command.js';
import { parseInteger } from './parse.js';

export interface RawBalanceOptions {
  readonly device?: string;
  readonly shapes: string;
  readonly rows: string;
  readonly density: string;
  readonly bits: string;
  readonly groupSize: string;
  readonly m: string;
  readonly activation?: string;
  readonly evaluations: string;
  readonly seed: string;
  readonly samples: string;
  readonly out?: string;
  readonly resume?: boolean;
}

/** Few rows of few and of many groups, and many rows: what is hard and what is easy to balance. */
const defaultShapes = '1024x4096,1024x8192,4096x4096,4096x14336,8192x28672,22016x4096';
const greatestSeed = 2 ** 32 - 1;

export function addBalanceOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N or cpu; the first GPU if nvcc is there too, else the CPU')
    .option('--shapes <list>', 'output x input channels', defaultShapes)
    .option('--rows <list>', 'how groups spread over the rows', rowDistributions.join(','))
    .option('--density <fraction>', 'fraction of groups that survive', '0.5')
    .option('--bits <count>', 'bits per weight', '4')
    .option('--group-size <count>', 'weights per group', '16')
    .option('--m <count>', 'tokens', '1')
    .option('--activation <name>', 'x (default: f16 on GPUs; f32 on CPUs)')
    .option('--evaluations <count>', 'variants per decomposition and problem', '24')
    .option('--seed <number>', 'the same seed chooses the same variants', '0')
    .option('--samples <count>', 'samples per decomposition and problem', '31')
    .option('--out <dir>', 'folder of what is written (default: results/<device>)')
    .option('--resume', 'continue what lies there: what it has is not timed again');
}

/** `args`: the command line behind the command's name, for provenance. @throws TuneError and what measuring throws */
export async function runBalanceCommand(
  raw: RawBalanceOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const layers = parseShapes(raw.shapes);
  const rows = parseChoices('--rows', raw.rows, rowDistributions);
  const lists = {
    bits: [single('--bits', raw.bits, parseBits(raw.bits))],
    groupSizes: [single('--group-size', raw.groupSize, parseGroupSizes(raw.groupSize))],
    densities: [single('--density', raw.density, parseDensities(raw.density))],
    tokens: [single('--m', raw.m, parseTokens(raw.m))],
  };
  const asked = raw.activation === undefined ? undefined : parseActivations(raw.activation);
  const evaluations = parseInteger('--evaluations', raw.evaluations, 1, 10_000);
  const choiceSeed = parseInteger('--seed', raw.seed, 0, greatestSeed);
  const timing = { samples: parseInteger('--samples', raw.samples, 3, 1000), sampleUs };
  const { device, compiler, out } = await benchPlace(raw);
  const unstated = defaultLists(device.kind);
  const known = unstated.activations.slice(0, 1);
  const activations = [single('--activation', raw.activation ?? '', asked ?? known)];
  const [first, ...others] = crossProblems(device.kind, layers, { ...unstated, ...lists, activations });
  const problems = [first!, ...others] as const;
  checkFits(problems, device);
  const command = npmCommand('bench:balance', args);
  const resume = raw.resume === true;
  const what = { resume, problems, rows, evaluations, choiceSeed, timing, command };
  const { file, written } = await runBalance({ device, compiler, out, ...what, say: sayLine, signal });
  return benchStatus(written, file.points.length, file.failures);
}
