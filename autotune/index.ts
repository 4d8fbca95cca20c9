/** What other programs may use of the tuner: running it, and reading and rendering what it measured. */
export { type TuneOptions } from './pipeline/options.js';
export { TuneError } from './pipeline/error.js';
export { tune } from './pipeline/tune.js';
export { writeReport, ReportError } from './report/index.js';
export * from './results/index.js';
export * from './search/index.js';
