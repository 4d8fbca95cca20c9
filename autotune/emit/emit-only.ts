/** Kernels for GPUs that are not here: generated, compiled, and what the compiler says of them. Nothing is timed. */
import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  defaultVariant,
  denseVariant,
  enumerateVariants,
  generate,
  problemName,
  rejectionReason,
  seedVariants,
  type CudaTarget,
  type Problem,
  type Variant,
} from '../../generator/index.js';
import { compilerFor } from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import type { CompileResult } from '../compile/task.js';
import { TuneError } from '../pipeline/error.js';
import { trialResources } from '../pipeline/trial-resources.js';
import { randomInteger, seededRandom } from '../random.js';
import { requireWritable, stableJson, writeFileAtomic } from '../results/index.js';
import { emitTable } from './emit-table.js';

export interface EmitOptions {
  readonly architectures: readonly { readonly arch: string; readonly target: CudaTarget }[];
  readonly problems: readonly Problem[];
  /** Variants per problem and architecture; at least the default, the known-good ones and the dense baseline are. */
  readonly variants: number;
  readonly directory: string;
  readonly seed: number;
  readonly jobs?: number;
  readonly signal: AbortSignal;
}

export interface EmittedKernel {
  readonly arch: string;
  readonly problem: string;
  readonly variant: string;
  readonly hash: string;
  /** Path of the source below the folder; the binary and the manifest lie beside it. */
  readonly source: string;
  readonly failure?: string;
  readonly registers?: number | undefined;
  readonly spillBytes?: number | undefined;
  /** Per CTA, static and dynamic. */
  readonly sharedBytes?: number | undefined;
  readonly ctasPerSm?: number | undefined;
  /** Fraction of an SM's threads. */
  readonly occupancy?: number | undefined;
}

export interface EmitSummary {
  readonly directory: string;
  readonly compiler: string;
  readonly kernels: readonly EmittedKernel[];
}

interface EmitTask {
  readonly arch: string;
  readonly target: CudaTarget;
  readonly problem: Problem;
  readonly variant: Variant;
}

/** @throws ToolMissing before anything is written; ResultsError when the folder cannot be written. */
export async function emitKernels(options: EmitOptions): Promise<{ summary: EmitSummary; text: string }> {
  const directory = resolve(options.directory);
  const compilers = await Promise.all(options.architectures.map(({ arch }) => compilerFor(arch)));
  await requireWritable(directory);
  const tasks = emitTasks(options);
  const pool = new CompilePool({
    signal: options.signal,
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
  });
  try {
    const results = await pool.compile(
      tasks.map(({ problem, variant, arch }) => ({ traits: problem, variant, arch })),
    );
    options.signal.throwIfAborted();
    const kernels: EmittedKernel[] = [];
    for (const [i, task] of tasks.entries()) kernels.push(await keep(directory, task, results[i]!));
    const summary = { directory, compiler: compilers[0]!.versionText, kernels };
    await writeFileAtomic(join(directory, 'kernels.json'), stableJson(summary));
    return { summary, text: emitTable(summary) };
  } finally {
    await pool.close();
  }
}

/** Each kernel once: problems that differ in shape or density share kernels. */
function emitTasks({ architectures, problems, variants, seed }: EmitOptions): EmitTask[] {
  const tasks = new Map<string, EmitTask>();
  for (const { arch, target } of architectures) {
    for (const problem of problems) {
      for (const variant of chosenVariants(problem, target, variants, seed)) {
        const { hash } = generate(problem, variant, arch).manifest;
        if (!tasks.has(hash)) tasks.set(hash, { arch, target, problem, variant });
      }
    }
  }
  return [...tasks.values()];
}

function chosenVariants(problem: Problem, target: CudaTarget, count: number, seed: number): Variant[] {
  const dense = denseVariant(problem, target);
  const known = [defaultVariant(problem, target), ...seedVariants(problem, target), dense];
  const chosen = known.filter((variant) => rejectionReason(problem, variant, target) === undefined);
  const { variants } = enumerateVariants(problem, target);
  const random = seededRandom(seed);
  const rest = [...variants];
  while (chosen.length < count && rest.length > 0)
    chosen.push(...rest.splice(randomInteger(random, rest.length), 1));
  return chosen;
}

async function keep(directory: string, task: EmitTask, result: CompileResult): Promise<EmittedKernel> {
  const { arch, target, problem, variant } = task;
  if (result.kind === 'broken' || result.kind === 'aborted') {
    throw new TuneError(result.kind === 'broken' ? result.message : 'compiling was ended');
  }
  const { source, fileName, manifest } = generate(problem, variant, arch);
  const path = join(arch, fileName);
  const base = join(directory, path).replace(/\.cu$/, '');
  await writeFileAtomic(`${base}.cu`, source);
  await writeFileAtomic(`${base}.json`, stableJson(manifest));
  const kernel = {
    arch,
    problem: problemName(problem),
    variant: manifest.name,
    hash: manifest.hash,
    source: path,
  };
  if (result.kind === 'failed') return { ...kernel, failure: result.message };
  await copyFile(result.binaryPath, `${base}.cubin`);
  if (result.resources === undefined) return kernel;
  const groups = Math.round((problem.n * problem.k * problem.density) / problem.groupSize);
  const resources = trialResources(
    manifest,
    result.resources,
    { n: problem.n, k: problem.k, groups },
    target,
  );
  const occupancy = ((resources.ctasPerSm ?? 0) * manifest.threads) / target.threadsPerSm;
  return { ...kernel, ...resources, occupancy };
}
