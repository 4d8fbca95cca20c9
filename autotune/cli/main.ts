/** `gqs-tune`: reads the command line, runs one command, and turns every error into one message and a status. */
import { Command, CommanderError } from 'commander';
import { writeReport } from '../report/index.js';
import { gqsVersion } from '../pipeline/project.js';
import { interruptible } from './interrupts.js';
import { addBalanceOptions, runBalanceCommand, type RawBalanceOptions } from './bench-balance-command.js';
import { addBenchOptions, runBenchCommand, type RawBenchOptions } from './bench-command.js';
import { addDensityOptions, runDensityCommand, type RawDensityOptions } from './bench-density-command.js';
import { explain } from './explain.js';
import { addProfileOptions, runProfileCommand, type RawProfileOptions } from './profile-command.js';
import { addTuneOptions, type RawTuneOptions } from './tune-command.js';
import { runTune } from './run-tune.js';

/** What shells expect of a program that SIGPIPE ended. */
const brokenPipeStatus = 141;

/** Arguments without node and the script. Returns the exit status: 0 done, 1 failed, 128 and its number after a signal. */
export async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  endWithReader();
  const program = new Command('gqs-tune')
    .description('Finds the fastest kernels for group-quantised, group-sparse weights on this machine.')
    .version(gqsVersion())
    .configureOutput({
      outputError: (text, write) => {
        write(`gqs-tune: ${text.replace(/^error: /, '').trimEnd()}; --help lists what there is\n`);
      },
    })
    .exitOverride();
  addTuneOptions(
    program.command('tune').description('generate, compile, verify, time and rank kernels'),
  ).action(async (raw: RawTuneOptions) => {
    status = await interruptible((signal) => runTune(raw, args.slice(1), signal));
  });
  addBenchOptions(
    program
      .command('bench')
      .description('time our kernels next to cuBLAS, cuSPARSELt, tinygemm, ggml and Marlin'),
  ).action(async (raw: RawBenchOptions) => {
    status = await interruptible((signal) => runBenchCommand(raw, args.slice(1), signal));
  });
  addProfileOptions(
    program.command('profile').description('read the hardware counters of the winners with Nsight Compute'),
  ).action(async (raw: RawProfileOptions) => {
    status = await interruptible((signal) => runProfileCommand(raw, args.slice(1), signal));
  });
  addDensityOptions(
    program.command('bench-density').description('time our kernels against density, per group size'),
  ).action(async (raw: RawDensityOptions) => {
    status = await interruptible((signal) => runDensityCommand(raw, args.slice(1), signal));
  });
  addBalanceOptions(
    program.command('bench-balance').description('time every decomposition with even and uneven rows'),
  ).action(async (raw: RawBalanceOptions) => {
    status = await interruptible((signal) => runBalanceCommand(raw, args.slice(1), signal));
  });
  program
    .command('report')
    .description('write report.md and its pictures from the results in a folder')
    .requiredOption('--results <dir>', 'folder with winners.json and trials.t4.json')
    .action(async ({ results }: { results: string }) => {
      for (const path of await writeReport(results)) process.stdout.write(`${path}\n`);
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    // Commander has printed its message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`gqs-tune: ${explain(error)}\n`);
    return 1;
  }
}

/** Ends when nobody reads the output any more, as in `gqs-tune tune | head`; the journal is complete up to then. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(brokenPipeStatus);
  });
}
