/** What compilers say, as data: nvcc and ptxas, g++ and clang++. */

export interface Diagnostic {
  /** As the compiler names it; empty where it names none. */
  readonly file: string;
  /** 1-based; 0 where the compiler names none. */
  readonly line: number;
  readonly message: string;
}

const forms: readonly RegExp[] = [
  // g++, clang++: kernel.cpp:12:5: error: ...
  /^(?<file>[^:\n]+):(?<line>\d+)(?::\d+)?: (?:fatal )?error: (?<message>.+)$/,
  // nvcc's front end: kernel.cu(12): error: ... or error #20: ...
  /^(?<file>[^(\n]+)\((?<line>\d+)\): (?:catastrophic )?error(?: #[\w-]+)?: (?<message>.+)$/,
  // ptxas on a line of PTX: ptxas kernel.ptx, line 21; error   : ...
  /^ptxas (?<file>[^,\n]+), line (?<line>\d+); (?:error|fatal)\s*: (?<message>.+)$/,
  // ptxas, nvcc and linkers without a place.
  /^(?:ptxas|nvcc) (?:error|fatal)\s*: (?<message>.+)$/,
  /^(?:[^\s:]*\/)?ld(?:\.\w+)?: (?<message>.+)$/,
  /^(?:g\+\+|clang\+\+|c\+\+|cc1plus): (?:fatal )?error: (?<message>.+)$/,
];

/** Picks the errors out of a compiler's output, in its order; warnings and notes are left out. */
export function parseDiagnostics(output: string): Diagnostic[] {
  return output.split('\n').flatMap((text) => {
    for (const form of forms) {
      const groups = form.exec(text.trimEnd())?.groups;
      if (groups === undefined) continue;
      return [
        { file: groups['file'] ?? '', line: Number(groups['line'] ?? 0), message: groups['message'] ?? '' },
      ];
    }
    return [];
  });
}

/** One line that names the first error, e.g. `kernel.cu:12: identifier "x" is undefined (and 3 more)`. */
export function summariseDiagnostics(diagnostics: readonly Diagnostic[], output: string): string {
  const first = diagnostics[0];
  if (first === undefined) return output.trim().split('\n')[0] ?? '';
  const place = first.file === '' ? '' : `${first.file}:${first.line}: `;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
  return `${place}${first.message}${more}`;
}
