/** Why a peer's process gave no answer, in one line. */
import type { ProcessEnd } from '../../runtime/index.js';

export function endReason(command: string, end: ProcessEnd): string {
  switch (end.kind) {
    case 'not_started':
      return `${command} does not start: ${end.error.message}`;
    case 'timeout':
      return 'it gave no answer within its time limit';
    case 'signal':
      return `it was ended by ${end.signal}${lastLine(end.stderr)}`;
    case 'exit':
      return `it ended with status ${end.status} without an answer${lastLine(end.stderr)}`;
  }
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `: ${line}`;
}
