#!/usr/bin/env node
/** Entry of `gqs-tune`. */
import { main } from './cli/main.js';

process.exitCode = await main(process.argv.slice(2));
