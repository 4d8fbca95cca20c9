export * from './labels.js';
export * from './render-svg.js';
export * from './report-error.js';
export * from './write-report.js';
