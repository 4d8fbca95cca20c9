/** What somebody asked to tune makes no sense. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** The option, file or layer that is at fault. */
  readonly source: string;

  constructor(source: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.source = source;
  }
}
