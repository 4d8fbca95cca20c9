/** Thrown when a compiler is absent, too old or does not run. The message ends in the remedy. */
export class ToolMissing extends Error {
  override readonly name = 'ToolMissing';

  constructor(
    readonly tool: 'nvcc' | 'c++',
    /** What was expected and what was found instead. */
    readonly what: string,
    /** What the user can do about it. */
    readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${what}; remedy: ${remedy}`, options);
  }
}
