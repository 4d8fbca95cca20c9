/** Launches of hand-written kernels on the SIMT machine. */
import type { SimtArgument, SimtCase } from '../../simt/case-file.js';

type Words = Uint16Array | Uint32Array | Int32Array | Float32Array;

function bytesOf(array: Words): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** An argument that the kernel reads. */
export function input(name: string, array: Words): SimtArgument {
  return { kind: 'buffer', name, access: 'read', alignment: 4, data: bytesOf(array) };
}

/** An argument that the kernel writes: any bytes before each launch, or zeros before the first. */
export function output(
  name: string,
  bytes: number,
  access: 'output' | 'persistent' = 'output',
): SimtArgument {
  const data = new Uint8Array(bytes).fill(access === 'output' ? 0xee : 0);
  return { kind: 'buffer', name, access, alignment: 4, data };
}

export function scalar(value: number): SimtArgument {
  return { kind: 'scalar', value };
}

/** One block of 64 threads with 256 bytes of shared memory, in a random order, unless `changes` say otherwise. */
export function launch(args: readonly SimtArgument[], changes: Partial<SimtCase> = {}): SimtCase {
  return { grid: 1, threads: 64, sharedBytes: 256, seed: 1, resident: 1, launches: 1, args, ...changes };
}
