export * from './atomic.js';
export { ResultsError, type ResultsProblem } from './error.js';
export * from './stable-json.js';
export * from './t4-schema.js';
export * from './trials-file.js';
export * from './winners-file.js';
export * from './winners-schema.js';
export * from './writable.js';
