/** A report cannot be made from what is in the folder. */
export class ReportError extends Error {
  override readonly name = 'ReportError';

  constructor(
    /** The folder or file. */
    readonly path: string,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
