/** A device that a benchmark measures, with what compiles and times kernels for it. */
import { median } from 'simple-statistics';
import type { DeviceDescription } from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import type { Sample } from '../measure/protocol.js';
import { MeasureProcess } from '../measure/supervisor.js';

export interface Session {
  readonly device: DeviceDescription;
  readonly pool: CompilePool;
  readonly measure: MeasureProcess;
  /** Of a copy on the device, in bytes per second. */
  readonly bandwidth: number;
  readonly clocks: ClockRecord;
  readonly signal: AbortSignal;
}

/** Clocks seen while timing. */
export class ClockRecord {
  readonly #sm: number[] = [];
  readonly #memory: number[] = [];

  add(samples: readonly Sample[]): void {
    for (const { smMhz, memoryMhz } of samples) {
      if (smMhz !== undefined) this.#sm.push(smMhz);
      if (memoryMhz !== undefined) this.#memory.push(memoryMhz);
    }
  }

  /** null where the device does not tell. */
  medians(): { smMhz: number | null; memoryMhz: number | null } {
    const of = (values: number[]): number | null => (values.length === 0 ? null : median(values));
    return { smMhz: of(this.#sm), memoryMhz: of(this.#memory) };
  }
}

/** Everything is closed when `run` ends, and at once when the signal aborts. @throws MeasureError and what `run` throws */
export async function withSession<T>(
  device: DeviceDescription,
  signal: AbortSignal,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const measure = new MeasureProcess(device.id);
  const onAbort = (): void => {
    measure.close();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const pool = new CompilePool({ signal });
  try {
    const bandwidth = await measure.bandwidth();
    return await run({ device, pool, measure, bandwidth, clocks: new ClockRecord(), signal });
  } finally {
    signal.removeEventListener('abort', onAbort);
    measure.close();
    await pool.close();
  }
}
