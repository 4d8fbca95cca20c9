/** The options of `gqs-tune tune`, as text. */
import type { Command } from 'commander';
import { tokenCounts } from '../../generator/index.js';
import { rowDistributions } from '../../runtime/index.js';
import { presetNames } from '../presets.js';

export interface RawTuneOptions {
  readonly device?: string;
  readonly listDevices?: true;
  readonly model?: string;
  readonly shapes?: string;
  readonly preset?: string;
  readonly bits?: string;
  readonly groupSize?: string;
  readonly groupsPerScale?: string;
  readonly density?: string;
  readonly m?: string;
  readonly activation?: string;
  readonly strategy: string;
  readonly restrict?: string;
  readonly budget?: string;
  readonly jobs?: string;
  readonly seed: string;
  readonly resume?: true;
  readonly out?: string;
  readonly json?: true;
  readonly emitOnly?: true;
  readonly arch?: string;
  readonly hot?: true;
  readonly rows: string;
}

/** Names of --strategy. */
export const strategyNames = ['hill-climb', 'random', 'exhaustive'] as const;

export function addTuneOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N or cpu; the first GPU if nvcc is there too, else the CPU')
    .option('--list-devices', 'show what can be tuned here, and what is missing')
    .option('--model <config.json>', 'the linear layers of this Hugging Face model')
    .option('--shapes <list>', 'output x input channels, e.g. 4096x4096,22016x4096')
    .option('--preset <name>', `the linear layers of ${presetNames.join(', ')}`)
    .option('--bits <list>', 'bits per weight: 2, 3, 4, 8 (default: 4)')
    .option('--group-size <list>', 'weights per group: 4, 8, 16, 32, 64, 128 (default: 16)')
    .option('--groups-per-scale <list>', 'neighbouring groups that share a scale: 1, 2, 4 (default: 1)')
    .option('--density <list>', 'fractions of groups that survive, e.g. 1,0.5 (default: 0.5)')
    .option('--m <list>', `tokens: ${tokenCounts.join(', ')} (default: 1)`)
    .option('--activation <list>', 'x: f16, bf16, i8 on GPUs; f32, i8 on CPUs (default: f16,i8 or f32,i8)')
    .option('--strategy <name>', `search: ${strategyNames.join(', ')}`, 'hill-climb')
    .option('--restrict <list>', 'search only variants with these values, e.g. pdl=true,prefetch=1|2')
    .option(
      '--budget <limit>',
      'time for the run (10m, 90s), evaluations per problem (200), or both (10m,200); 9m,200 by default',
    )
    .option('--jobs <count>', 'compilations at a time (default: one per core)')
    .option('--seed <number>', 'the same seed gives the same data and the same search', '0')
    .option('--resume', 'continue the run whose journal lies in the results folder')
    .option('--out <dir>', 'folder of the results (default: results/<device>; with --emit-only: emitted)')
    .option('--json', 'one JSON object per line instead of text; the last one is the summary')
    .option('--emit-only', 'generate and compile for --arch and show resources; nothing is timed')
    .option('--arch <list>', 'with --emit-only: sm_80, sm_86, sm_89, sm_90, sm_120')
    .option(
      '--rows <name>',
      `how the groups spread over the rows: ${rowDistributions.join(', ')}`,
      'binomial',
    )
    .option('--hot', 'time with weights that may stay in the last-level cache');
}
