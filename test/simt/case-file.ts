/** Launches for the SIMT machine as its runner reads them (runner/case_file.h), and what it writes. */

/**
 * read: writing to it is a fault. output: starts each launch with `data`. persistent: a launch finds what the one
 * before left.
 */
export type SimtAccess = 'read' | 'output' | 'persistent';

export type SimtArgument =
  | { readonly kind: 'scalar'; readonly value: number }
  | {
      readonly kind: 'buffer';
      readonly name: string;
      readonly access: SimtAccess;
      /** In bytes, a power of two. */
      readonly alignment: number;
      readonly data: Uint8Array;
    };

export interface SimtCase {
  readonly grid: number;
  readonly threads: number;
  readonly sharedBytes: number;
  readonly args: readonly SimtArgument[];
  /** Decides the order of blocks and threads; with 0 they run in the order of their numbers. */
  readonly seed: number;
  /** Blocks whose threads take turns. */
  readonly resident: number;
  /** Launches one after another, each with the next seed. */
  readonly launches: number;
}

/** What one launch left in the buffers that it may write, by name. */
export type SimtResult = ReadonlyMap<string, Uint8Array>;

const accessCodes = { read: 0, output: 1, persistent: 2 } as const satisfies Record<SimtAccess, number>;

export function encodeCases(cases: readonly SimtCase[]): Buffer {
  return Buffer.concat([words(cases.length), ...cases.flatMap(encodeCase)]);
}

function encodeCase(each: SimtCase): Buffer[] {
  const { seed, grid, threads, sharedBytes, resident, launches, args } = each;
  return [
    words(seed, grid, threads, sharedBytes, resident, launches, args.length),
    ...args.flatMap(encodeArgument),
  ];
}

function encodeArgument(argument: SimtArgument): Buffer[] {
  if (argument.kind === 'scalar') return [words(0, argument.value)];
  const { access, alignment, data } = argument;
  const name = Buffer.from(argument.name, 'utf8');
  return [words(1, accessCodes[access], alignment, name.length, data.length), name, Buffer.from(data)];
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => buffer.writeUInt32LE(value, 4 * i));
  return buffer;
}

/** [case][launch]. */
export function decodeResults(cases: readonly SimtCase[], bytes: Uint8Array): SimtResult[][] {
  let position = 0;
  const result = ({ args }: SimtCase): SimtResult => {
    const buffers = new Map<string, Uint8Array>();
    for (const argument of args) {
      if (argument.kind === 'scalar' || argument.access === 'read') continue;
      // A copy, so that it can be viewed as any type.
      buffers.set(argument.name, Uint8Array.from(bytes.subarray(position, position + argument.data.length)));
      position += argument.data.length;
    }
    return buffers;
  };
  return cases.map((each) => Array.from({ length: each.launches }, () => result(each)));
}
