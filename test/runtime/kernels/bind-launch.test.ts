import test from 'ava';
import { generate, launchGeometry, launchScalars, type KernelManifest } from '../../../generator/index.js';
import {
  bindLaunch,
  LaunchBindingError,
  type DeviceBuffer,
  type Kernel,
  type KernelBuffers,
} from '../../../runtime/index.js';
import { rowPermuted, rowSplit, traits } from '../../generator/cuda/cuda-samples.js';

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
    if (argument.kind === 'scalar') t.is(given, shape[argument.role as keyof typeof shape]);
    else t.is((given as { buffer: DeviceBuffer }).buffer, buffers[argument.role]!.buffer);
  }
  t.true(manifest.args.some(({ kind }) => kind === 'scalar'));
});

test('kernels with slices are told the steps and slices of a CTA', (t) => {
  const { manifest: sliced } = generate(traits, { ...rowPermuted, ctasPerSm: 2, rowsPerSlice: 8 }, 'sm_90');
  const launch = launchGeometry(sliced, { n: 22016, k: 4096, groups: 22016 * 128 }, { processors: 132 });
  t.is(launch.grid, 264);
  // 2752 slices of 8 rows: a quarter more than 10.4 for each CTA.
  const scalars = launchScalars(sliced, { n: 22016, k: 4096, units: 264 * 32 * 176 }, launch);
  t.like(scalars, { stepsPerCta: 176, slicesPerCta: 14, parts: 264 * rowPermuted.warps });
  t.like(launchScalars(manifest, shape, geometry), { stepsPerCta: 0, slicesPerCta: 0, parts: 99 });
  const other = { n: 22016, k: 4096, units: 100 * 32 * 176 };
  const error = t.throws(() => bindLaunch(sliced, kernel, buffersFor(sliced), other, launch), {
    instanceOf: LaunchBindingError,
    message: /units packed for 264 CTAs of row_permuted.*, a multiple of 8448, but received 563200/,
  });
  t.is(error.role, 'units');
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
