#!/usr/bin/env node
/** `gqs`: what the project does with devices, kernels and models from the command line. */
import { Command } from 'commander';
import { describeDevices } from './devices-command.js';

const program = new Command('gqs')
  .description('Runs CUDA and CPU kernels for group-quantised, group-sparse (GQS) weights')
  .showHelpAfterError('(gqs --help lists commands and options)');

program
  .command('devices')
  .description('describe the devices and compilers of this machine, and what is missing with its remedy')
  .option('--json', 'print JSON')
  .showHelpAfterError('(gqs devices --help lists the options)')
  .action(async (options: { json?: boolean }) => {
    process.stdout.write(await describeDevices(options.json ?? false));
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
