/** Ctrl-C: the first ends the run in an orderly way, the second at once. */
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type EndingSignal = (typeof signals)[number];
/** Milliseconds that an orderly end may take before it is cut short. */
const patienceMs = 3000;

/** What shells expect of a program that a signal ended: 130 for SIGINT, 143 for SIGTERM. */
export function statusOf(signal: EndingSignal): number {
  return 128 + constants.signals[signal];
}

/** Calls `run` with a signal that fires on the first SIGINT, SIGTERM or SIGHUP. Resolves with the exit status. */
export async function interruptible(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const abort = new AbortController();
  let received: EndingSignal | undefined;
  const onSignal = (name: EndingSignal): void => {
    if (received !== undefined) process.exit(statusOf(name));
    received = name;
    process.stderr.write('\ngqs-tune: ending; once more to end at once\n');
    setTimeout(() => process.exit(statusOf(name)), patienceMs).unref();
    abort.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  const interrupted = (): number | undefined => (received === undefined ? undefined : statusOf(received));
  try {
    const status = await run(abort.signal);
    return interrupted() ?? status;
  } catch (error) {
    // What an abort interrupts fails in its own way; there is nothing to explain.
    const status = interrupted();
    if (status !== undefined) return status;
    throw error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
