/** `gqs-tune bench-density`: the time of our kernels against density. */
import type { Command } from 'commander';
import { rowDistributions, type DeviceDescription } from '../../runtime/index.js';
import { runDensity } from '../bench/density/run-density.js';
import { sampleUs } from '../bench/provenance.js';
import { checkFits } from '../fits.js';
import type { LayerShape } from '../layers.js';
import {
  crossProblems,
  defaultLayers,
  defaultLists,
  parseActivations,
  parseBits,
  parseDensities,
  parseGroupSizes,
  parseTokens,
} from '../problems.js';
import { parseShapes } from '../shapes.js';
import { benchPlace, benchStatus, sayLine, single } from './bench-options.js';
import { npmCommand } from './npm-command.js';
import { parseInteger, parseRows } from './parse.js';

export interface RawDensityOptions {
  readonly device?: string;
  readonly shapes?: string;
  readonly density: string;
  readonly groupSize: string;
  readonly bits: string;
  readonly activation?: string;
  readonly m: string;
  readonly rows: string;
  readonly samples: string;
  readonly results?: string;
  readonly out?: string;
  readonly resume?: boolean;
}

export function addDensityOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N or cpu; the first GPU if nvcc is there too, else the CPU')
    .option('--shapes <list>', 'output x input channels (default: the largest of LLaMA-7B)')
    .option('--density <list>', 'fractions of groups that survive', '0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1')
    .option('--group-size <list>', 'weights per group', '8,16,32,64,128')
    .option('--bits <count>', 'bits per weight', '4')
    .option('--activation <list>', 'x (default: f16,i8 on GPUs; f32,i8 on CPUs)')
    .option('--m <count>', 'tokens', '1')
    .option('--rows <name>', `how groups spread over the rows: ${rowDistributions.join(', ')}`, 'even')
    .option('--samples <count>', 'samples per point', '31')
    .option('--results <dir>', 'folder of our winners (default: results/<device>)')
    .option('--out <dir>', 'folder of what is written (default: that of our winners)')
    .option('--resume', 'continue what lies there: what it has is not timed again');
}

/** `args`: the command line behind the command's name, for provenance. @throws TuneError and what measuring throws */
export async function runDensityCommand(
  raw: RawDensityOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const bits = single('--bits', raw.bits, parseBits(raw.bits));
  const m = single('--m', raw.m, parseTokens(raw.m));
  const lists = {
    bits: [bits],
    groupSizes: parseGroupSizes(raw.groupSize),
    densities: parseDensities(raw.density),
    tokens: [m],
  };
  const activations = raw.activation === undefined ? undefined : parseActivations(raw.activation);
  const rows = parseRows(raw.rows);
  const samples = parseInteger('--samples', raw.samples, 3, 1000);
  const { device, ...place } = await benchPlace(raw);
  const problems = crossProblems(device.kind, layersFor(raw.shapes, device), {
    ...defaultLists(device.kind),
    ...lists,
    ...(activations === undefined ? {} : { activations }),
  });
  checkFits(problems, device);
  const timing = { samples, sampleUs };
  const command = npmCommand('bench:density', args);
  const resume = raw.resume === true;
  const options = {
    device,
    resume,
    ...place,
    problems,
    bits,
    m,
    rows,
    timing,
    command,
    say: sayLine,
    signal,
  };
  const { file, written } = await runDensity(options);
  return benchStatus(written, file.points.length, file.failures);
}

function layersFor(text: string | undefined, { kind }: DeviceDescription): LayerShape[] {
  if (text !== undefined) return parseShapes(text);
  return defaultLayers(kind)
    .sort((a, b) => b.n * b.k - a.n * a.k)
    .slice(0, 1);
}
