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
  return settled();
}

/** Memory once the last finalizers have run, which takes the longer the busier the machine is. */
async function settled(): Promise<number> {
  let least = process.memoryUsage.rss();
  for (let unchanged = 0; unchanged < 25; unchanged++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = process.memoryUsage.rss();
    if (now < least) unchanged = 0;
    least = Math.min(least, now);
  }
  return least;
}

const warm = await thousand();
console.log((await thousand()) - warm);
