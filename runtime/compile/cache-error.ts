/** The compile cache cannot be written: full disk, read-only or forbidden folder. */
export class CompileCacheError extends Error {
  override readonly name = 'CompileCacheError';

  constructor(
    readonly directory: string,
    /** errno name, e.g. ENOSPC. */
    readonly code: string,
    options?: { readonly cause?: unknown },
  ) {
    super(
      `Expected a writable compile cache ${directory} but received ${code}; remedy: ` +
        (code === 'ENOSPC' ? 'free disk space there' : 'fix its permissions') +
        ', or set GQS_CACHE to another folder',
      options,
    );
  }
}
