export * from './types.js';
export { search } from './search.js';
export * from './replay.js';
