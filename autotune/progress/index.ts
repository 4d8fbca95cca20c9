export * from './events.js';
export { alignedTable, duration, microseconds, percent, winnersTable } from './format.js';
export { JsonReporter } from './json.js';
export { LiveReporter } from './live.js';
export { PlainReporter } from './plain.js';
