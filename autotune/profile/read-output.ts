/** What ncu printed for a kernel: its counters, or why there are none. */
import type { ProcessEnd } from '../../runtime/index.js';
import { firstComplaint, isForbidden, launchComplaint } from './ncu-complaints.js';
import { parseNcu, type KernelCounters } from './parse-ncu.js';

export type NcuReading =
  | { readonly kind: 'counted'; readonly launches: readonly KernelCounters[] }
  /** forbidden: this user may not read counters, whatever the kernel. */
  | { readonly kind: 'forbidden' | 'failed'; readonly reason: string };

/** What ncu printed, as counters or as the reason why there are none; `end` tells of processes that printed nothing. */
export function readOutput(output: string, end?: ProcessEnd): NcuReading {
  if (isForbidden(output)) return { kind: 'forbidden', reason: forbidden };
  const launches = parseNcu(output);
  const complaint = launchComplaint(output);
  if (launches.length > 0 && complaint === undefined) return { kind: 'counted', launches };
  return { kind: 'failed', reason: complaint ?? failureOf(output, end) };
}

const forbidden =
  'this user may not read hardware counters (ERR_NVGPUCTRPERM); remedy: run as root, or let the driver allow it (NVreg_RestrictProfilingToAdminUsers=0)';

function failureOf(output: string, end: ProcessEnd | undefined): string {
  switch (end?.kind) {
    case 'not_started':
      return `ncu does not start: ${end.error.message}`;
    case 'timeout':
      return 'ncu gave no answer within its time limit';
    case 'signal':
      return `ncu was ended by ${end.signal}`;
    case 'exit':
      return `ncu gave no counters (status ${end.status}): ${firstComplaint(output)}`;
    case undefined:
      return `ncu gave no counters: ${firstComplaint(output)}`;
  }
}
