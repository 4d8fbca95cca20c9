/** Which variant to run for a problem: what was measured to be best on this device, or the always-correct default. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  defaultVariant,
  problemName,
  problemSchema,
  rejectionReason,
  variantSchema,
  type Problem,
  type Target,
  type Variant,
} from '../../generator/index.js';

export interface ResolvedVariant {
  readonly variant: Variant;
  /** winner: measured for this very problem. nearest: measured for another density. default: nothing was measured. */
  readonly source: 'winner' | 'nearest' | 'default';
  /** One line for people: which result it is, or why it is the default. */
  readonly reason: string;
}

/** The part of winners.json that running needs; its other fields are the tuner's. */
const winnersSchema = z.object({
  schemaVersion: z.literal(1),
  winners: z.array(z.object({ problem: z.unknown(), variant: z.unknown() })),
});

/** winners.json is there but cannot be used. */
export class WinnersError extends Error {
  override readonly name = 'WinnersError';

  constructor(
    readonly path: string,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Looks `problem` up in `<resultsDirectory>/winners.json`.
 * A missing file gives the default variant; one that is no winners.json throws WinnersError.
 */
export async function resolveVariant(
  problem: Problem,
  target: Target,
  resultsDirectory: string,
): Promise<ResolvedVariant> {
  const path = join(resultsDirectory, 'winners.json');
  const usable = (await readWinners(path)).filter(
    (winner) =>
      sameButDensity(winner.problem, problem) &&
      rejectionReason(problem, winner.variant, target) === undefined,
  );
  const distance = (winner: Winner): number => Math.abs(winner.problem.density - problem.density);
  const best = usable.sort((a, b) => distance(a) - distance(b))[0];
  if (best === undefined) {
    return {
      variant: defaultVariant(problem, target),
      source: 'default',
      reason: `untuned: no winner for it in ${path}`,
    };
  }
  const exact = distance(best) === 0;
  const reason = exact ? `winner in ${path}` : `winner for density ${best.problem.density} in ${path}`;
  return { variant: best.variant, source: exact ? 'winner' : 'nearest', reason };
}

interface Winner {
  readonly problem: Problem;
  readonly variant: Variant;
}

/** Entries of problems or variants that this version does not know are left out. */
async function readWinners(path: string): Promise<Winner[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new WinnersError(path, `Expected to read ${path} but received ${(error as Error).message}`, {
      cause: error,
    });
  }
  let file: z.infer<typeof winnersSchema>;
  try {
    file = winnersSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new WinnersError(
      path,
      `Expected winners of schema version 1 in ${path} but received something else`,
      {
        cause: error,
      },
    );
  }
  return file.winners.flatMap((entry) => {
    const problem = problemSchema.safeParse(entry.problem);
    const variant = variantSchema.safeParse(entry.variant);
    return problem.success && variant.success ? [{ problem: problem.data, variant: variant.data }] : [];
  });
}

function sameButDensity(a: Problem, b: Problem): boolean {
  return problemName({ ...a, density: 1 }) === problemName({ ...b, density: 1 });
}
