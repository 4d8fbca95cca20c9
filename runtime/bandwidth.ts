/** The bandwidth that a roofline is drawn with: measured, not assumed. */
import type { Device } from './device.js';

/**
 * Bytes per second that the memory of a device delivers; takes about half a second. CUDA: a large copy on the device,
 * bytes read plus bytes written. CPU: a read by all threads of the pool of a buffer more than four times the last-level
 * cache. The best of several passes.
 */
export function measureBandwidth(device: Device): Promise<number> {
  return device.measureBandwidth();
}
