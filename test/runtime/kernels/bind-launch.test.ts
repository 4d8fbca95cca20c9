import test from 'ava';
import { generate, launchScalars, type KernelManifest } from '../../../generator/index.js';
import {
  bindLaunch,
  LaunchBindingError,
  type DeviceBuffer,
  type Kernel,
  type KernelBuffers,
} from '../../../runtime/index.js';
import { rowSplit, traits } from '../../generator/cuda/cuda-samples.js';

const { manifest } = generate(traits, rowSplit, 'sm_90');
const kernel = { symbol: manifest.symbol } as Kernel;
const shape = { n: 4096, k: 2048, units: 77 };
const geometry = { grid: 264, threads: 512, sharedBytes: 4096, workspaceBytes: 0, parts: 99 };

/** A buffer of its own for every argument; only its identity matters. */
function buffersFor({ args }: KernelManifest): KernelBuffers {
  return Object.fromEntries(
    args.flatMap(({ kind, role }) =>
      kind === 'buffer' ? [[role, { buffer: { bytes: 64 } as DeviceBuffer }]] : [],
    ),
  );
}

test('arguments come in the order of the manifest, scalars by value and buffers by identity', (t) => {
  const buffers = buffersFor(manifest);
  const launch = bindLaunch(manifest, kernel, buffers, shape, geometry);
  t.like(launch, { kernel, grid: 264, threads: 512, sharedBytes: 4096, pdl: true });
  t.is(launch.args.length, manifest.args.length);
  for (const [i, argument] of manifest.args.entries()) {
    const given = launch.args[i]!;
    if (argument.kind === 'scalar') t.is(given, launchScalars(manifest, shape, geometry)[argument.role]);
    else t.is((given as { buffer: DeviceBuffer }).buffer, buffers[argument.role]!.buffer);
  }
  t.true(manifest.args.some(({ kind }) => kind === 'scalar'));
});

test('a part of a buffer keeps its offset', (t) => {
  const buffers = buffersFor(manifest);
  const launch = bindLaunch(
    manifest,
    kernel,
    { ...buffers, x: { ...buffers.x!, offset: 4096 } },
    shape,
    geometry,
  );
  const at = manifest.args.findIndex(({ role }) => role === 'x');
  t.deepEqual(launch.args[at], { buffer: buffers.x!.buffer, offset: 4096 });
});

test('a buffer that is missing or misaligned is named', (t) => {
  const buffers = buffersFor(manifest);
  const { values, ...rest } = buffers;
  const missing = t.throws(() => bindLaunch(manifest, kernel, rest, shape, geometry), {
    instanceOf: LaunchBindingError,
    message: /Expected a buffer for values of row_split.* but received none/,
  });
  t.is(missing.role, 'values');
  const odd = { ...buffers, values: { ...values!, offset: 2 } };
  const misaligned = t.throws(() => bindLaunch(manifest, kernel, odd, shape, geometry), {
    instanceOf: LaunchBindingError,
    message: /multiple of \d+ for values of .* but received 2/,
  });
  t.is(misaligned.kernelName, manifest.name);
});
