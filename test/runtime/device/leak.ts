/** Run with --expose-gc: makes and releases a thousand of everything, twice; prints how much memory the second time added. */
import { openDevice, type Device } from '../../../runtime/index.js';

const [library, release] = process.argv.slice(2) as [string, 'explicit' | 'collected'];

async function useOnce(device: Device): Promise<void> {
  const module = device.loadModule(library);
  const buffer = device.allocate(1 << 20);
  const kernel = module.kernel('axpy');
  const args = [{ buffer }, { buffer }, 1];
  const launch = { kernel, grid: 4, threads: 1, sharedBytes: 0, args, pdl: false };
  const graph = device.createGraph([launch]);
  const stream = device.createStream();
  const event = device.createEvent();
  await graph.replay();
  stream.launch(launch);
  stream.record(event);
  await stream.synchronize();
  await buffer.read(0, 16);
  if (release === 'collected') return;
  for (const each of [graph, stream, event]) each.destroy();
  buffer.free();
  module.unload();
  device.close();
}

async function thousand(): Promise<number> {
  for (let i = 0; i < 1000; i++) {
    await useOnce(openDevice('cpu', { threads: 2 }));
    if (i % 50 === 49) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve)); // finalizers run from the event loop
    }
  }
  // The last ones are still waiting for their finalizers.
  for (let i = 0; i < 10; i++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage.rss();
}

const warm = await thousand();
console.log((await thousand()) - warm);
