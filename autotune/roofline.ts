/** How close a time comes to what the memory allows. */

export interface Achieved {
  /** Bytes that have to move, per second, in units of 1e9. */
  readonly gbPerSecond: number;
  /** The same as a fraction of the measured bandwidth. */
  readonly rooflineFraction: number;
}

/** `bytes` per launch of `us` microseconds on a device that moves `bandwidth` bytes per second. */
export function achieved(bytes: number, us: number, bandwidth: number): Achieved {
  const perSecond = bytes / (us * 1e-6);
  return { gbPerSecond: perSecond / 1e9, rooflineFraction: perSecond / bandwidth };
}
