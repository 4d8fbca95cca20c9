import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { DeviceError, openDevice, type Device, type DeviceBuffer, type Launch } from '../../runtime/index.js';
import { runCommand } from '../support/run-command.js';
import { findGpu, type TestGpu } from './gpu.js';
import { testPtx } from './kernels.js';

const blocks = 40;
const threads = 32;
const count = blocks * threads;
const x = Uint32Array.from({ length: count }, (_, i) => 7 * i + 1);

const found = findGpu();
if ('absent' in found) {
  test('no GPU: tests on the device are skipped, and its absence has a remedy', (t) => {
    t.log(`skipped: ${found.absent}`);
    t.regex(found.absent, /NVIDIA driver.*\(.*(install|nvidia-smi).*\)/);
    t.throws(() => openDevice('cuda:0'), { instanceOf: DeviceError, message: /NVIDIA driver/ });
  });
} else {
  gpuTests(found);
}

interface Setup {
  readonly device: Device;
  readonly path: string;
}

function gpuTests(gpu: TestGpu): void {
  const directory = mkdtempSync(join(tmpdir(), 'gqs-gpu-'));
  const path = join(directory, 'kernels.ptx');
  writeFileSync(path, testPtx(gpu.target.computeCapability));
  test.after.always(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const open = (t: ExecutionContext): Setup => {
    const device = openDevice(gpu.id);
    t.teardown(() => {
      device.close();
    });
    return { device, path };
  };

  test.serial('a graph does what repeated launches do, with PDL and the most shared memory', async (t) => {
    await graphEqualsLaunches(t, open(t), gpu.target.sharedPerCta);
  });
  test.serial('kernels tell their resources and how many CTAs an SM holds', (t) => {
    const { device } = open(t);
    const kernel = device.loadModule(path).kernel('axpy');
    t.true(kernel.attributes.registers > 0 && kernel.attributes.maxThreads >= threads);
    t.true(kernel.maxCtasPerSm(threads, 0) > 1);
    t.is(kernel.maxCtasPerSm(threads, gpu.target.sharedPerCta), 1);
    t.is(kernel.maxCtasPerSm(threads, gpu.target.sharedPerCta + 1), 0);
  });
  test.serial('copies wait for streams, and are checked', (t) => copiesAreOrderedAndChecked(t, open(t)));
  test.serial('what does not fit is refused', (t) => {
    misfitsAreRefused(t, open(t), directory, gpu.target.sharedPerCta);
  });
  test.serial('memory bandwidth and clocks are plausible', async (t) => {
    const { device } = open(t);
    t.true((await device.measureBandwidth()) > 5e10);
    const { smMhz } = device.clocks();
    t.true(smMhz === undefined || smMhz > 100);
  });
  test.serial('a thousand buffers, modules and graphs leave memory where it was', (t) =>
    noLeak(t, gpu.id, path),
  );
  test.serial('an illegal address is reported as sticky with call, name and place', async (t) => {
    const script = fileURLToPath(new URL('wild-kernel.js', import.meta.url));
    const run = await runCommand(process.execPath, [script, gpu.id, path]);
    t.is(run.status, 0, run.stderr);
    const error = JSON.parse(run.stdout) as Record<string, unknown>;
    t.is(error['call'], 'cuStreamSynchronize');
    t.is(error['code'], 'CUDA_ERROR_ILLEGAL_ADDRESS');
    t.true(error['sticky']);
    t.regex(error['message'] as string, /illegal memory access.*cuda_stream\.cc:\d+/);
  });
}

const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer);

function axpy(device: Device, path: string, source: DeviceBuffer): (y: DeviceBuffer) => Launch {
  const kernel = device.loadModule(path).kernel('axpy');
  return (y) => ({
    kernel,
    grid: blocks,
    threads,
    sharedBytes: 16,
    args: [{ buffer: source }, { buffer: y }, 3],
    pdl: false,
  });
}

function expectedAfter(launches: number): Uint32Array {
  const y = new Uint32Array(count);
  for (let i = 0; i < launches; i++) y.forEach((value, j) => (y[j] = Math.imul(value, 3) + x[j]!));
  return y;
}

async function graphEqualsLaunches(t: ExecutionContext, setup: Setup, sharedBytes: number): Promise<void> {
  const { device, path } = setup;
  const source = device.allocate(4 * count);
  await source.write(x);
  const [graphed, streamed] = [device.allocate(4 * count), device.allocate(4 * count)];
  const launch = axpy(device, path, source);
  const graph = device.createGraph([launch(graphed), { ...launch(graphed), sharedBytes, pdl: true }]);
  await graph.replay(2);
  const times = await graph.time(3); // and one untimed replay: 2 * (2 + 1 + 3) launches
  t.is(times.length, 3);
  t.true(times.every((ms) => ms > 0 && ms < 1000));

  const stream = device.createStream();
  const [start, end] = [device.createEvent(), device.createEvent()];
  t.is(t.throws(() => end.elapsedMs(start), { instanceOf: DeviceError }).code, 'NOT_READY');
  stream.record(start);
  for (let i = 0; i < 12; i++) stream.launch(launch(streamed));
  stream.record(end);
  await stream.synchronize();
  t.true(end.elapsedMs(start) > 0);
  t.deepEqual(words(await graphed.read()), expectedAfter(12));
  t.deepEqual(words(await streamed.read()), expectedAfter(12));
}

async function copiesAreOrderedAndChecked(t: ExecutionContext, { device, path }: Setup): Promise<void> {
  const source = device.allocate(4 * count);
  const y = device.allocate(4 * count);
  t.true((await y.read()).every((byte) => byte === 0));
  await source.write(x);
  const stream = device.createStream();
  const launch = axpy(device, path, source)(y);
  for (let i = 0; i < 50; i++) stream.launch(launch);
  t.deepEqual(words(await y.read()), expectedAfter(50));
  await y.fill(7, 4 * count - 2);
  t.deepEqual(await y.read(4 * count - 2), new Uint8Array([7, 7]));
  const outside = await t.throwsAsync(async () => y.write(x, 4), { instanceOf: DeviceError });
  t.is(outside.code, 'OUT_OF_RANGE');
}

/** Drivers tell what arguments a kernel takes since CUDA 12.4. */
function tellsParameters({ description }: Device): boolean {
  const [, major, minor] = /CUDA (\d+)\.(\d+)/.exec(description.driver ?? '') ?? [];
  return Number(major) * 100 + Number(minor) >= 1204;
}

function misfitsAreRefused(t: ExecutionContext, setup: Setup, directory: string, sharedPerCta: number): void {
  const { device, path } = setup;
  const refused = (code: string, action: () => unknown): void => {
    const error = t.throws(action, { instanceOf: DeviceError });
    t.is(error.code, code);
    t.false(error.sticky);
  };
  const buffer = device.allocate(4 * count);
  const good = axpy(device, path, buffer)(buffer);
  refused('INVALID_ARGUMENT', () => device.createGraph([{ ...good, sharedBytes: sharedPerCta + 16 }]));
  if (tellsParameters(device)) {
    refused('INVALID_ARGUMENT', () => device.createGraph([{ ...good, args: good.args.slice(1) }]));
    refused('INVALID_ARGUMENT', () => device.createGraph([{ ...good, args: [1, ...good.args.slice(1)] }]));
  }
  refused('NO_SYMBOL', () => device.loadModule(path).kernel('nothing'));
  refused('BAD_FILE', () => device.loadModule(join(directory, 'absent.cubin')));
  const broken = join(directory, 'broken.ptx');
  writeFileSync(broken, '.version 7.0\n.target sm_80\n.address_size 64\n.visible .entry axpy( {');
  const error = t.throws(() => device.loadModule(broken), { instanceOf: DeviceError });
  t.is(error.code, 'CUDA_ERROR_INVALID_PTX');
  const cut = join(directory, 'cut.cubin');
  writeFileSync(cut, Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(30)]));
  refused('BAD_FILE', () => device.loadModule(cut));
}

/** One round holds the device open all along, so that what grows is not the driver's context. */
async function noLeak(t: ExecutionContext, id: string, path: string): Promise<void> {
  const keeper = openDevice(id);
  const round = async (): Promise<number> => {
    for (let i = 0; i < 1000; i++) {
      const device = openDevice(id);
      const buffer = device.allocate(1 << 20);
      const graph = device.createGraph([axpy(device, path, buffer)(buffer)]);
      await graph.replay();
      device.close();
    }
    return process.memoryUsage.rss();
  };
  const warm = await round();
  const grown = (await round()) - warm;
  keeper.close();
  t.true(grown < 50e6, `grew by ${grown} bytes`);
}
