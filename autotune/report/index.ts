export * from './labels.js';
export { plain, table } from './markdown.js';
export * from './render-svg.js';
export * from './report-error.js';
export * from './write-report.js';
