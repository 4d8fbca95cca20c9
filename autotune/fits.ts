/** Refuses problems whose data do not fit into the memory, before an allocation fails somewhere in the middle. */
import { totalmem } from 'node:os';
import type { Problem } from '../generator/index.js';
import type { DeviceDescription } from '../runtime/index.js';
import { ProblemError } from './problem-error.js';

/** Bytes per weight of the dense baseline: float16 on GPUs, float32 on CPUs. */
const denseBytes = { cuda: 2, cpu: 4 } as const;
/** Share of the memory that the weights of the baseline may take; copies and references need the rest. */
const share = 0.3;

/** `hostBytes`: memory of this machine, where the data are made. @throws ProblemError */
export function checkFits(
  problems: readonly Problem[],
  { kind, name, memoryBytes }: Pick<DeviceDescription, 'kind' | 'name' | 'memoryBytes'>,
  hostBytes = totalmem(),
): void {
  const limit = Math.min(memoryBytes, hostBytes) * share;
  for (const { n, k } of problems) {
    const bytes = n * k * denseBytes[kind];
    if (bytes <= limit) continue;
    throw new ProblemError(
      `${n}x${k}`,
      `Expected layers whose dense weights take at most ${gib(limit)} GiB, ${share * 100} % of the memory for ${name}, but ${n}x${k} takes ${gib(bytes)} GiB. Leave the layer out, or use a machine with more memory.`,
    );
  }
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
