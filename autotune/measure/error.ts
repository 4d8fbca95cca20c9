/** Measuring itself failed: the device cannot be opened, a problem cannot be prepared, the process does not start. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError';

  constructor(
    readonly device: string,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
