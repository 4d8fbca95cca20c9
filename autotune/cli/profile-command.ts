/** `gqs-tune profile`: hardware counters of the winners. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../../generator/index.js';
import { deviceSlug, type DeviceDescription } from '../../runtime/index.js';
import { widestArch } from '../pipeline/arch.js';
import { TuneError } from '../pipeline/error.js';
import { parseActivations, parseDensities, parseTokens } from '../problems.js';
import { findNcu } from '../profile/find-ncu.js';
import type { ProfileFile } from '../profile/profile-file.js';
import { rebuildProfile } from '../profile/rebuild-profile.js';
import { runProfile } from '../profile/run-profile.js';
import { wantedWinners, type WantedWinner } from '../profile/wanted-winners.js';
import { parseShapes } from '../shapes.js';
import { chooseDevice } from './devices.js';
import { parseInteger } from './parse.js';
import { npmCommand } from './npm-command.js';

export interface RawProfileOptions {
  readonly device?: string;
  readonly shapes?: string;
  readonly m?: string;
  readonly density?: string;
  readonly activation?: string;
  readonly limit?: string;
  readonly results?: string;
  readonly out?: string;
  readonly ncu?: string;
  readonly keepRaw?: string;
  readonly raw?: string;
}

export function addProfileOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N; the first GPU unless given')
    .option('--shapes <list>', 'only winners of these shapes, e.g. 4096x4096')
    .option('--m <list>', 'only winners for these tokens, e.g. 1,16')
    .option('--density <list>', 'only winners of these densities, e.g. 0.5')
    .option('--activation <list>', 'only winners for these types of x, e.g. f16')
    .option('--limit <count>', 'at most that many winners')
    .option('--results <dir>', 'folder of the winners (default: results/<device>)')
    .option('--out <dir>', 'folder of the counters (default: that of the winners)')
    .option('--ncu <path>', 'the program of Nsight Compute (default: on PATH, or of the CUDA Toolkit)')
    .option('--keep-raw <dir>', 'keep what it printed, a file per winner')
    .option('--raw <path>', 'no GPU: make the counters again from what was kept, a file or a folder');
}

/** `args`: the command line behind the command's name, for provenance. @throws TuneError and what profiling throws */
export async function runProfileCommand(
  raw: RawProfileOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const command = npmCommand('profile', args);
  const limit = raw.limit === undefined ? {} : { limit: parseInteger('--limit', raw.limit, 1) };
  const choice = { wanted: problemFilter(raw), ...limit };
  const places = {
    ...(raw.results === undefined ? {} : { results: raw.results }),
    ...(raw.out === undefined ? {} : { out: raw.out }),
  };
  const { file, written } =
    raw.raw === undefined
      ? await measure(raw, choice, command, signal)
      : await rebuildProfile({ ...choice, ...places, raw: raw.raw, command });
  for (const path of written) process.stdout.write(`${path}\n`);
  return statusOf(file);
}

/** What needs no device is looked at first. */
async function measure(
  raw: RawProfileOptions,
  choice: { readonly wanted: (problem: Problem) => boolean; readonly limit?: number },
  command: string,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof runProfile>>> {
  if (raw.device === 'cpu') throw new TuneError('Expected a GPU for --device but received "cpu"');
  if (raw.results !== undefined) await wantedWinners({ ...choice, results: raw.results });
  const ncu = await findNcu(raw.ncu);
  const { device } = await chooseDevice(raw.device ?? 'cuda');
  const results = raw.results ?? join('results', deviceSlug(device.name));
  const { device: timedOn, winners } = await wantedWinners({ ...choice, results });
  requireSameProcessors(device, timedOn, winners);
  return runProfile({
    ...{ device, ncu, winners, timedOn, command, signal },
    out: raw.out ?? results,
    ...(raw.keepRaw === undefined ? {} : { keepRaw: raw.keepRaw }),
    say: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Counts of one GPU say something of times of another only where the SMs are the same. @throws TuneError */
function requireSameProcessors(
  device: DeviceDescription,
  timedOn: string,
  winners: readonly WantedWinner[],
): void {
  if (device.name === timedOn) return;
  const arch = widestArch(device.target);
  const other = winners.find(
    ({ provenance }) => provenance.arch !== arch || provenance.processors !== device.processors,
  );
  if (other === undefined) return;
  const { provenance } = other;
  throw new TuneError(
    `Expected winners of ${device.name} or of a GPU with its ${device.processors} SMs of ${arch} but received those of ${timedOn}, with ${provenance.processors} of ${provenance.arch}; remedy: name their folder with --results, or tune first`,
  );
}

/** 1 where some winners have no counters, said on standard error too. */
function statusOf({ winners, failures }: ProfileFile): number {
  const [first] = failures;
  if (first === undefined) return 0;
  const all = winners.length + failures.length;
  process.stderr.write(
    `gqs-tune: ${failures.length} of ${all} winners have no counters; the first: ${first.reason}\n`,
  );
  return 1;
}

/** Whether a problem is one that the options name. @throws ProblemError */
export function problemFilter(raw: RawProfileOptions): (problem: Problem) => boolean {
  const shapes = raw.shapes === undefined ? undefined : parseShapes(raw.shapes);
  const tokens = raw.m === undefined ? undefined : parseTokens(raw.m);
  const densities = raw.density === undefined ? undefined : parseDensities(raw.density);
  const activations = raw.activation === undefined ? undefined : parseActivations(raw.activation);
  return ({ n, k, m, density, activation }) =>
    (shapes?.some((shape) => shape.n === n && shape.k === k) ?? true) &&
    (tokens?.includes(m) ?? true) &&
    (densities?.includes(density) ?? true) &&
    (activations?.includes(activation) ?? true);
}
