/** Entry of the measuring process: owns one device and answers one request after the other. */
import { MeasureServer } from './server.js';
import type { ChildMessage, MeasureRequest } from './protocol.js';

/** Resolves when the message has been handed to the system, so that a crash right after it loses nothing. */
function say(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else
      process.send(message, undefined, undefined, () => {
        resolve();
      });
  });
}

let candidate = 0;
const server = new MeasureServer((index) => {
  candidate = index;
  return say({ kind: 'alive', candidate });
});

async function answer(request: MeasureRequest): Promise<void> {
  candidate = 0;
  try {
    await say({ kind: 'answer', value: await server.handle(request) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (request.kind !== 'verify' && request.kind !== 'time') {
      await say({ kind: 'error', message });
      return;
    }
    await say({ kind: 'broken', candidate, message });
    process.exit(1);
  }
}

let queue = Promise.resolve();
process.on('message', (request) => {
  queue = queue.then(() => answer(request as MeasureRequest));
});
// Without its parent there is nobody to measure for.
process.on('disconnect', () => process.exit(0));
