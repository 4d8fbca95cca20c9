/** One message for an error, with the remedy where there is one; stacks only on request. */
import { CompileCacheError, DeviceError, ToolMissing } from '../../runtime/index.js';
import { MeasureError } from '../measure/error.js';
import { TuneError } from '../pipeline/error.js';
import { ProblemError } from '../problem-error.js';
import { ReportError } from '../report/index.js';
import { ResultsError } from '../results/index.js';

const expected = [
  CompileCacheError,
  DeviceError,
  MeasureError,
  ProblemError,
  ReportError,
  ResultsError,
  ToolMissing,
  TuneError,
];

export function explain(error: unknown, env: NodeJS.ProcessEnv = process.env): string {
  if (!(error instanceof Error)) return String(error);
  if ((env['GQS_DEBUG'] ?? '') !== '') return error.stack ?? error.message;
  const message = error.message.replace(/\s*\n\s*/g, ' ');
  if (expected.some((known) => error instanceof known)) return message;
  return `unexpected ${error.name}: ${message}; remedy: run again with GQS_DEBUG=1 and report what it prints`;
}
