/** The SIMT machine could not be built, a kernel did not compile for it, or a kernel broke one of its rules. */
export class SimtError extends Error {
  override readonly name = 'SimtError';

  constructor(
    readonly step: 'build' | 'compile' | 'run',
    /** What the compiler or the machine said. */
    readonly output: string,
    what: string,
  ) {
    super(`${what}: ${output.trim()}`);
  }
}
