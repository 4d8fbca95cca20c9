export * from './report-error.js';
export * from './write-report.js';
