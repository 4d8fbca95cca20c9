/** What `ptxas -v` says that a kernel uses. */

export interface KernelResources {
  /** Per thread. */
  readonly registers: number;
  /** Bytes per thread written to, and read from, local memory because registers ran out. */
  readonly spillStoreBytes: number;
  readonly spillLoadBytes: number;
  /** Shared memory that is part of the kernel, in bytes per CTA; dynamic shared memory comes on top. */
  readonly staticSharedBytes: number;
  /** Local memory per thread in bytes, spills included. */
  readonly stackBytes: number;
}

/**
 * Reads the resources of entry `symbol` from ptxas' output.
 * Returns undefined when the output does not speak of that entry.
 */
export function parseResources(output: string, symbol: string): KernelResources | undefined {
  const section = sectionOf(output, symbol);
  if (section === undefined) return undefined;
  const used = /Used (\d+) registers(.*)$/m.exec(section);
  if (used === null) return undefined;
  return {
    registers: Number(used[1]),
    spillStoreBytes: firstNumber(section, /(\d+) bytes spill stores/),
    spillLoadBytes: firstNumber(section, /(\d+) bytes spill loads/),
    staticSharedBytes: firstNumber(used[2] ?? '', /(\d+) bytes smem/),
    stackBytes: firstNumber(section, /(\d+) bytes stack frame/),
  };
}

/** The lines from "Compiling entry function 'symbol'" up to the next entry. */
function sectionOf(output: string, symbol: string): string | undefined {
  const marker = "Compiling entry function '";
  const start = output.indexOf(`${marker}${symbol}'`);
  if (start < 0) return undefined;
  const next = output.indexOf(marker, start + marker.length);
  return output.slice(start, next < 0 ? undefined : next);
}

function firstNumber(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
