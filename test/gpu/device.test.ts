import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DeviceError, discoverDevices, openDevice, type Device, type Launch } from '../../runtime/index.js';
import { scratchDirectory } from '../support/paths.js';
import { runCommand } from '../support/run-command.js';
import { fileURLToPath } from 'node:url';

// void axpy(const u32* x, u32* y, u32 factor): y = y * factor + x, one CTA per block of 32; uses dynamic shared memory
// so that opting in is tested. void wild(u32* y): writes to address 16.
const ptx = `
.version 7.0
.target sm_80
.address_size 64
.extern .shared .align 16 .b8 scratch[];
.visible .entry axpy(.param .u64 px, .param .u64 py, .param .u32 pf) {
  .reg .b32 %r<9>; .reg .b64 %rd<6>;
  ld.param.u64 %rd1, [px]; ld.param.u64 %rd2, [py]; ld.param.u32 %r1, [pf];
  mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ntid.x; mov.u32 %r4, %tid.x;
  mad.lo.u32 %r5, %r2, %r3, %r4;
  mul.wide.u32 %rd3, %r5, 4;
  add.u64 %rd4, %rd1, %rd3; add.u64 %rd5, %rd2, %rd3;
  ld.global.u32 %r6, [%rd4]; ld.global.u32 %r7, [%rd5];
  mad.lo.u32 %r8, %r7, %r1, %r6;
  st.shared.u32 [scratch], %r1;
  st.global.u32 [%rd5], %r8;
  ret;
}
.visible .entry wild(.param .u64 py) {
  .reg .b32 %r<2>; .reg .b64 %rd<2>;
  mov.u64 %rd1, 16; mov.u32 %r1, 1;
  st.global.u32 [%rd1], %r1;
  ret;
}
`;
const blocks = 40;
const count = blocks * 32;
const { devices, missing } = discoverDevices();
const gpu = devices.find((device) => device.kind === 'cuda');

if (gpu === undefined) {
  const reason = missing.map(({ what }) => what).join('; ');
  test(`GPU tests are skipped: ${reason}`, (t) => {
    t.log(`GPU tests are skipped: ${reason}`);
    t.true(missing.some(({ remedy }) => remedy.length > 0));
    t.throws(() => openDevice('cuda:0'), { instanceOf: DeviceError, message: /remedy|install|nvidia-smi/ });
  });
} else {
  defineGpuTests(gpu.id);
}

function defineGpuTests(id: string): void {
  const open = (t: ExecutionContext): { device: Device; path: string } => {
    const device = openDevice(id);
    t.teardown(() => {
      device.close();
    });
    const path = join(scratchDirectory(t), 'kernels.ptx');
    writeFileSync(path, ptx);
    return { device, path };
  };
  const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer);
  const x = Uint32Array.from({ length: count }, (_, i) => 7 * i + 1);

  test.serial('a graph does what repeated launches do, with PDL and large shared memory', async (t) => {
    const { device, path } = open(t);
    const kernel = device.loadModule(path).kernel('axpy');
    t.true(kernel.attributes.registers > 0 && kernel.attributes.maxThreads >= 32);
    const limit = gpu!.target.kind === 'cuda' ? gpu!.target.sharedPerCta : 0;
    t.true(kernel.maxCtasPerSm(32, 0) > 1);
    t.is(kernel.maxCtasPerSm(32, limit), 1);
    t.is(kernel.maxCtasPerSm(32, limit + 1), 0);
    const [source, graphed, streamed] = [0, 1, 2].map(() => device.allocate(4 * count)) as [never, never, never];
    await Promise.all([device.synchronize(), (source as { write(d: Uint32Array): Promise<void> }).write(x)]);
    const launch = (y: never, sharedBytes: number): Launch => ({
      kernel, grid: blocks, threads: 32, sharedBytes, args: [{ buffer: source }, { buffer: y }, 3], pdl: false,
    });
    const graph = device.createGraph([launch(graphed, 16), { ...launch(graphed, limit), pdl: true }]);
    await graph.replay(2);
    const times = await graph.time(3); // and one untimed replay
    t.true(times.length === 3 && times.every((ms) => ms > 0));
    const stream = device.createStream();
    const [start, end] = [device.createEvent(), device.createEvent()];
    t.throws(() => end.elapsedMs(start), { instanceOf: DeviceError, message: /NOT_READY/ });
    stream.record(start);
    for (let i = 0; i < 12; i++) stream.launch(launch(streamed, 16));
    stream.record(end);
    await stream.synchronize();
    t.true(end.elapsedMs(start) > 0);
    const expected = new Uint32Array(count);
    for (let i = 0; i < 12; i++) expected.forEach((value, j) => (expected[j] = Math.imul(value, 3) + x[j]!));
    const read = (buffer: never): Promise<Uint8Array> => (buffer as { read(): Promise<Uint8Array> }).read();
    t.deepEqual(words(await read(graphed)), expected);
    t.deepEqual(words(await read(streamed)), expected);
  });
}
