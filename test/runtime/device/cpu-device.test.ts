import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import {
  DeviceError,
  openDevice,
  type Device,
  type DeviceBuffer,
  type Launch,
} from '../../../runtime/index.js';
import { buildKernels } from './kernels.js';

const blocks = 97;
let directory: string;
let library: string;

test.before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gqs-device-'));
  library = await buildKernels(directory);
});

test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

function cpu(t: ExecutionContext, threads?: number): Device {
  const device = openDevice('cpu', threads === undefined ? {} : { threads });
  t.teardown(() => {
    device.close();
  });
  return device;
}

const words = (bytes: Uint8Array): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

async function filled(device: Device, values: Uint32Array): Promise<DeviceBuffer> {
  const buffer = device.allocate(values.byteLength);
  await buffer.write(values);
  return buffer;
}

const launch = (kernel: Launch['kernel'], args: Launch['args'], grid = blocks): Launch => ({
  kernel,
  grid,
  threads: 1,
  sharedBytes: 0,
  args,
  pdl: false,
});

function fails(t: ExecutionContext, code: string, pattern: RegExp, action: () => unknown): void {
  const error = t.throws(action, { instanceOf: DeviceError });
  t.is(error.code, code);
  t.regex(error.message, pattern);
  t.false(error.sticky);
}

async function failsLater(t: ExecutionContext, code: string, action: () => Promise<unknown>): Promise<void> {
  const error = await t.throwsAsync(async () => action(), { instanceOf: DeviceError });
  t.is(error.code, code);
}

test('memory is zeroed, and reads give what was written where it was written', async (t) => {
  const device = cpu(t);
  for (const bytes of [0, 1, 100, 5_000_000]) {
    const buffer = device.allocate(bytes);
    t.is(buffer.bytes, bytes);
    t.true((await buffer.read()).every((byte) => byte === 0));
  }
  const buffer = device.allocate(64);
  await buffer.write(new DataView(new Uint8Array([9, 1, 2, 3]).buffer, 1), 10);
  await buffer.fill(7, 60);
  const expected = new Uint8Array(64);
  expected.set([1, 2, 3], 10);
  expected.fill(7, 60);
  t.deepEqual(await buffer.read(), expected);
  t.deepEqual(await buffer.read(11, 2), new Uint8Array([2, 3]));
});

test('what lies outside of a buffer is neither read nor written', async (t) => {
  const buffer = cpu(t).allocate(16);
  await failsLater(t, 'OUT_OF_RANGE', () => buffer.write(new Uint8Array(17)));
  await failsLater(t, 'OUT_OF_RANGE', () => buffer.write(new Uint8Array(4), 13));
  await failsLater(t, 'OUT_OF_RANGE', () => buffer.read(17));
  await failsLater(t, 'OUT_OF_RANGE', () => buffer.read(8, 9));
  await failsLater(t, 'OUT_OF_RANGE', () => buffer.fill(1, 0, Number.MAX_SAFE_INTEGER));
  await failsLater(t, 'INVALID_ARGUMENT', () => buffer.read(-1));
  await failsLater(t, 'INVALID_ARGUMENT', () => buffer.read(0.5));
  await failsLater(t, 'INVALID_ARGUMENT', () => buffer.fill(256));
  await failsLater(t, 'INVALID_ARGUMENT', () => buffer.write([1] as unknown as Uint8Array));
  t.true((await buffer.read()).every((byte) => byte === 0));
});

for (const threads of [1, 2, 5]) {
  test(`a graph on ${threads} threads does what repeated launches do`, async (t) => {
    const device = cpu(t, threads);
    t.is(device.description.processors, threads);
    const module = device.loadModule(library);
    const x = Uint32Array.from({ length: blocks }, (_, i) => 3 * i + 1);
    const first = await filled(device, x);
    const graphed = await filled(device, x);
    const streamed = await filled(device, x);
    const scratch = device.allocate(x.byteLength);
    const sequence = (y: DeviceBuffer): Launch[] => [
      launch(module.kernel('axpy'), [{ buffer: first }, { buffer: y }, 5]),
      launch(module.kernel('total'), [{ buffer: y }, { buffer: scratch }]),
      launch(module.kernel('axpy'), [{ buffer: scratch }, { buffer: y }, 3]),
    ];
    const graph = device.createGraph(sequence(graphed));
    await graph.replay(4);
    const times = await graph.time(6); // and one untimed replay
    t.is(times.length, 6);
    t.true(times.every((ms) => ms > 0 && Number.isFinite(ms)));

    const stream = device.createStream();
    for (let i = 0; i < 11; i++)
      sequence(streamed).forEach((each) => {
        stream.launch(each);
      });
    await stream.synchronize();

    const y = Uint32Array.from(x);
    for (let i = 0; i < 11; i++) {
      y.forEach((value, j) => (y[j] = Math.imul(value, 5) + x[j]!));
      const sum = y.reduce((a, b) => (a + b) >>> 0, 0);
      y.forEach((value, j) => (y[j] = Math.imul(value, 3) + sum + j));
    }
    t.deepEqual(words(await graphed.read()), y);
    t.deepEqual(words(await streamed.read()), y);
  });
}

test('a buffer argument starts at its offset', async (t) => {
  const device = cpu(t);
  const axpy = device.loadModule(library).kernel('axpy');
  const x = await filled(device, new Uint32Array([10, 20, 30]));
  const y = device.allocate(12);
  await device
    .createGraph([launch(axpy, [{ buffer: x, offset: 4 }, { buffer: y, offset: 8 }, 1], 1)])
    .replay();
  t.deepEqual(words(await y.read()), new Uint32Array([0, 0, 20]));
});

test('events measure the time between them, and only once they were reached', async (t) => {
  const device = cpu(t);
  const stream = device.createStream();
  const [start, end] = [device.createEvent(), device.createEvent()];
  fails(t, 'NOT_READY', /never recorded/, () => end.elapsedMs(start));
  stream.record(start);
  stream.record(end);
  await device.synchronize();
  t.true(end.elapsedMs(start) >= 0);
});

test('launches that do not fit their kernel or device are refused', (t) => {
  const device = cpu(t);
  const other = cpu(t, 1);
  const axpy = device.loadModule(library).kernel('axpy');
  const buffer = { buffer: device.allocate(4 * blocks) };
  const good = launch(axpy, [buffer, buffer, 1]);
  const graph = (changes: object) => () => device.createGraph([{ ...good, ...changes }]);
  const refused = (pattern: RegExp, changes: object): void => {
    fails(t, 'INVALID_ARGUMENT', pattern, graph(changes));
  };
  refused(/Expected 3 arguments .* received 2/, { args: [buffer, buffer] });
  refused(/a buffer for args\[0\] but received a u32/, { args: [1, buffer, 1] });
  refused(/a u32 for args\[2\] but received a buffer/, { args: [buffer, buffer, buffer] });
  refused(/args\[2\] but received -1/, { args: [buffer, buffer, -1] });
  refused(/args\[2\] but received 4294967296/, { args: [buffer, buffer, 2 ** 32] });
  refused(/args\[2\] but received a string/, { args: [buffer, buffer, '1'] });
  refused(/args\[0\] but received an object without buffer/, { args: [{}, buffer, 1] });
  refused(/args\[0\] but received as buffer an object/, { args: [{ buffer: axpy }, buffer, 1] });
  refused(/offset of args\[0\]/, { args: [{ ...buffer, offset: 4 * blocks + 1 }, buffer, 1] });
  refused(/buffer of this device for args\[0\]/, { args: [{ buffer: other.allocate(4) }, buffer, 1] });
  refused(/kernel of this device/, { kernel: other.loadModule(library).kernel('axpy') });
  refused(/Kernel for kernel/, { kernel: buffer.buffer });
  refused(/grid but received 0/, { grid: 0 });
  refused(/array for args/, { args: undefined });
  fails(t, 'INVALID_ARGUMENT', /at least one launch/, () => device.createGraph([]));
});

test('modules that cannot be used are refused with their path', (t) => {
  const device = cpu(t);
  const module = device.loadModule(library);
  fails(t, 'NO_SYMBOL', /"nothing" in .*kernels\.so/, () => module.kernel('nothing'));
  fails(t, 'BAD_FILE', /absent\.so/, () => device.loadModule(join(directory, 'absent.so')));
  fails(t, 'BAD_FILE', /no ELF file/, () => device.loadModule(join(directory, 'kernels.cpp')));
  fails(t, 'INVALID_ARGUMENT', /path/, () => device.loadModule(7 as unknown as string));
  const whole = readFileSync(library);
  for (const part of [0, 30, 64, 1000, 0.3 * whole.length, 0.9 * whole.length, whole.length - 1]) {
    const cut = join(directory, `cut-${Math.floor(part)}.so`);
    writeFileSync(cut, whole.subarray(0, part));
    fails(t, 'BAD_FILE', /cut-/, () => device.loadModule(cut));
  }
});

test('what was freed or belongs to a closed device says so, and letting go twice does nothing', async (t) => {
  const device = cpu(t);
  const module = device.loadModule(library);
  const axpy = module.kernel('axpy');
  const [freed, kept] = [device.allocate(8), device.allocate(8)];
  const graph = device.createGraph([launch(axpy, [{ buffer: kept }, { buffer: kept }, 1], 2)]);
  const stream = device.createStream();
  freed.free();
  freed.free();
  fails(t, 'CLOSED', /it was freed/, () => freed.bytes);
  await failsLater(t, 'CLOSED', () => freed.read());
  fails(t, 'CLOSED', /it was freed/, () =>
    device.createGraph([launch(axpy, [{ buffer: freed }, { buffer: kept }, 1])]),
  );
  module.unload();
  module.unload();
  fails(t, 'CLOSED', /it was unloaded/, () => module.kernel('axpy'));
  kept.free();
  await graph.replay(3); // keeps its kernel and buffers

  const running = graph.replay(1000);
  device.close();
  device.close();
  await running;
  fails(t, 'CLOSED', /device but it was closed/, () => device.allocate(1));
  await failsLater(t, 'CLOSED', () => graph.replay());
  fails(t, 'CLOSED', /its device was closed/, () => {
    stream.launch(launch(axpy, []));
  });
  graph.destroy();
});

test('unknown devices and options are refused', (t) => {
  fails(t, 'NO_DEVICE', /cpu.*received "gpu"/, () => openDevice('gpu'));
  fails(t, 'NO_DEVICE', /received "cuda:99"/, () => openDevice('cuda:99'));
  fails(t, 'INVALID_ARGUMENT', /at least 1 thread/, () => openDevice('cpu', { threads: 0 }));
  fails(t, 'INVALID_ARGUMENT', /threads but received 1\.5/, () => openDevice('cpu', { threads: 1.5 }));
  fails(t, 'INVALID_ARGUMENT', /bytes but received -1/, () => cpu(t).allocate(-1));
  fails(t, 'OUT_OF_MEMORY', /no more/, () => cpu(t).allocate(Number.MAX_SAFE_INTEGER));
});

test('worker threads use devices at the same time, and may be ended in the middle', async (t) => {
  const script = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { openDevice } from ${JSON.stringify(new URL('../../../runtime/index.js', import.meta.url).href)};
    const device = openDevice('cpu', { threads: 2 });
    const axpy = device.loadModule(workerData.library).kernel('axpy');
    const x = device.allocate(400), y = device.allocate(400);
    await x.write(new Uint32Array(100).fill(1));
    const one = { kernel: axpy, grid: 100, threads: 1, sharedBytes: 0, args: [{ buffer: x }, { buffer: y }, 1], pdl: false };
    const graph = device.createGraph([one]);
    await graph.replay(500);
    parentPort.postMessage(new Uint32Array((await y.read()).buffer));
    await graph.replay(workerData.more);
  `;
  const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  const ownLibrary = join(directory, 'worker.so');
  copyFileSync(library, ownLibrary);
  await Promise.all(
    [1, 1, 20_000].map(async (more) => {
      const worker = new Worker(url, { workerData: { library: ownLibrary, more } });
      const result = await new Promise<Uint32Array>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
      t.deepEqual(result, new Uint32Array(100).fill(500));
      await worker.terminate();
    }),
  );
});
