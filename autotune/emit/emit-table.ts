/** What --emit-only prints. */
import { alignedTable, percent } from '../progress/index.js';
import type { EmitSummary } from './emit-only.js';

const header = ['kernel', 'arch', 'registers', 'spills B', 'shared B', 'CTAs/SM', 'occupancy'];

/** One row per kernel; kernels that do not compile are listed below with the reason. */
export function emitTable({ directory, compiler, kernels }: EmitSummary): string {
  const rows = kernels
    .filter(({ failure }) => failure === undefined)
    .map((kernel) => [
      kernel.variant,
      kernel.arch,
      cell(kernel.registers),
      cell(kernel.spillBytes),
      cell(kernel.sharedBytes),
      cell(kernel.ctasPerSm),
      kernel.occupancy === undefined ? '-' : percent(kernel.occupancy),
    ]);
  const failures = kernels.flatMap(({ arch, variant, failure }) =>
    failure === undefined ? [] : [`${arch} ${variant}: not compiled: ${failure}`],
  );
  const end = `${rows.length} kernels compiled with ${compiler}, none timed; files in ${directory}`;
  return [alignedTable(header, rows), ...failures, end].join('\n');
}

function cell(value: number | undefined): string {
  return value === undefined ? '-' : String(value);
}
