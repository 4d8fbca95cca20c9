/** The run cannot go on, or not as asked. The message ends in the remedy where there is one. */
export class TuneError extends Error {
  override readonly name = 'TuneError';
}

/** One problem has no winner; the others go on. */
export class ProblemFailed extends Error {
  override readonly name = 'ProblemFailed';
}
