/** `gqs-tune profile`: hardware counters of the winners. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../../generator/index.js';
import { deviceSlug } from '../../runtime/index.js';
import { TuneError } from '../pipeline/error.js';
import { parseDensities } from '../problems.js';
import { runProfile } from '../profile/run-profile.js';
import { parseShapes } from '../shapes.js';
import { chooseDevice } from './devices.js';
import { parseInteger } from './parse.js';

export interface RawProfileOptions {
  readonly device?: string;
  readonly shapes?: string;
  readonly m?: string;
  readonly density?: string;
  readonly activation?: string;
  readonly results?: string;
  readonly out?: string;
  readonly ncu: string;
  readonly keepRaw?: string;
}

export function addProfileOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N; the first GPU unless given')
    .option('--shapes <list>', 'only winners of these shapes, e.g. 4096x4096')
    .option('--m <list>', 'only winners for these tokens, e.g. 1,16')
    .option('--density <list>', 'only winners of these densities, e.g. 0.5')
    .option('--activation <list>', 'only winners for these types of x, e.g. f16')
    .option('--results <dir>', 'folder of the winners (default: results/<device>)')
    .option('--out <dir>', 'folder of the counters (default: that of the winners)')
    .option('--ncu <path>', 'the program of Nsight Compute', 'ncu')
    .option('--keep-raw <dir>', 'keep what it printed, a file per winner');
}

/** `args`: the command line behind the command's name, for provenance. @throws TuneError and what profiling throws */
export async function runProfileCommand(
  raw: RawProfileOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { device } = await chooseDevice(raw.device);
  if (device.kind !== 'cuda') {
    throw new TuneError(`Expected a GPU for hardware counters but received ${device.name}`);
  }
  const results = raw.results ?? join('results', deviceSlug(device.name));
  const files = await runProfile({
    device,
    ncu: raw.ncu,
    results,
    out: raw.out ?? results,
    ...(raw.keepRaw === undefined ? {} : { keepRaw: raw.keepRaw }),
    wanted: problemFilter(raw),
    command: ['npm run profile', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
    say: (line) => process.stdout.write(`${line}\n`),
    signal,
  });
  for (const path of files) process.stdout.write(`${path}\n`);
  return 0;
}

/** Whether a problem is one that the options name. @throws TuneError, ProblemError */
export function problemFilter(raw: RawProfileOptions): (problem: Problem) => boolean {
  const shapes = raw.shapes === undefined ? undefined : parseShapes(raw.shapes);
  const tokens = raw.m?.split(',').map((m) => parseInteger('--m', m.trim(), 1, 64));
  const densities = raw.density === undefined ? undefined : parseDensities(raw.density);
  const activations = raw.activation?.split(',').map((name) => name.trim());
  return ({ n, k, m, density, activation }) =>
    (shapes?.some((shape) => shape.n === n && shape.k === k) ?? true) &&
    (tokens?.includes(m) ?? true) &&
    (densities?.includes(density) ?? true) &&
    (activations?.includes(activation) ?? true);
}
