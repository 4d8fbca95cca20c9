/** The one error of everything that reads or writes results and journals. */

export type ResultsProblem =
  /** The disk, the folder or its permissions. */
  | 'write'
  | 'read'
  /** The file is not what it should be. */
  | 'malformed'
  /** The file is of another schema version. */
  | 'version'
  /** The journal or file was written for another device or with other options. */
  | 'fingerprint';

export class ResultsError extends Error {
  override readonly name = 'ResultsError';
  readonly problem: ResultsProblem;
  readonly path: string;

  constructor(problem: ResultsProblem, path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.problem = problem;
    this.path = path;
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, then run again with --resume',
  EFBIG: 'files may not grow that large here (ulimit -f): raise the limit, then run again with --resume',
  EDQUOT: 'the disk quota is used up: free some space, then run again with --resume',
  EROFS: 'the file system is read-only: choose another folder with --out',
  ENOENT: 'the folder cannot be made there: choose another folder with --out',
  EACCES: 'permission denied: choose another folder with --out',
  EPERM: 'permission denied: choose another folder with --out',
  EEXIST: 'a part of the path is a file: choose another folder with --out',
  ENOTDIR: 'a part of the path is a file: choose another folder with --out',
  EISDIR: 'there is a folder of that name: choose another folder with --out',
};

/** Translates what the file system threw; what was written before is still there. */
export function writeError(path: string, cause: unknown): ResultsError {
  if (cause instanceof ResultsError) return cause;
  const why = reason(cause) ?? `received "${messageOf(cause)}": choose another folder with --out`;
  return new ResultsError('write', path, `Expected to write ${path} but ${why}`, cause);
}

export function readError(path: string, cause: unknown): ResultsError {
  if (cause instanceof ResultsError) return cause;
  return new ResultsError(
    'read',
    path,
    `Expected to read ${path} but ${reason(cause) ?? messageOf(cause)}`,
    cause,
  );
}

/** The `code` of a file system error, such as ENOENT. */
export function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function reason(cause: unknown): string | undefined {
  return remedies[errorCode(cause) ?? ''];
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
