/** The error of the weight format's boundary. */

/** A matrix, a mask, weights or activations that are not what they must be. */
export class GqsFormatError extends Error {
  override readonly name = 'GqsFormatError';

  /**
   * @param field what is wrong, such as `groups[17]`
   * @param expected what it should be
   * @param received what it is
   */
  constructor(
    readonly field: string,
    readonly expected: string,
    readonly received: string,
    options?: ErrorOptions,
  ) {
    super(`Expected ${expected} for ${field} but received ${received}`, options);
  }
}
