/** Ctrl-C: the first ends the run in an orderly way, the second at once. */

/** What shells expect of a program that was interrupted. */
export const interruptedStatus = 130;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds that an orderly end may take before it is cut short. */
const patienceMs = 3000;

/** Calls `run` with a signal that fires on the first SIGINT, SIGTERM or SIGHUP. Resolves with the exit status. */
export async function interruptible(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(interruptedStatus);
    process.stderr.write('\ngqs-tune: ending; once more to end at once\n');
    setTimeout(() => process.exit(interruptedStatus), patienceMs).unref();
    abort.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  try {
    const status = await run(abort.signal);
    return abort.signal.aborted ? interruptedStatus : status;
  } catch (error) {
    // What an abort interrupts fails in its own way; there is nothing to explain.
    if (abort.signal.aborted) return interruptedStatus;
    throw error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
