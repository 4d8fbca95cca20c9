export { groupBy } from './group-by.js';
export * from './labels.js';
export { code, plain, table } from './markdown.js';
export * from './render-svg.js';
export * from './report-error.js';
export * from './write-report.js';
