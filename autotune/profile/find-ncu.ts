/** Finds Nsight Compute. */
import { join } from 'node:path';
import { runProcess } from '../../runtime/index.js';
import { TuneError } from '../pipeline/error.js';

export interface Ncu {
  readonly path: string;
  /** "2025.3.1.0" */
  readonly version: string;
}

const versionTimeoutMs = 60_000;

/** `named`, or else ncu on PATH, in CUDA_HOME or in /usr/local/cuda. @throws TuneError with the remedy */
export async function findNcu(named: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<Ncu> {
  const homes = [env['CUDA_HOME'] ?? '', '/usr/local/cuda'].filter((home) => home !== '');
  const candidates =
    named === undefined ? ['ncu', ...homes.map((home) => join(home, 'bin', 'ncu'))] : [named];
  for (const path of candidates) {
    const version = await ncuVersion(path);
    if (version !== undefined) return { path, version };
  }
  throw new TuneError(
    `Expected Nsight Compute as ${candidates.join(' or ')} but received none that answers --version; remedy: install it (it is part of the CUDA Toolkit), or name it with --ncu`,
  );
}

/** Undefined where the program does not start or says something else. */
export async function ncuVersion(path: string): Promise<string | undefined> {
  const end = await runProcess(path, ['--version'], { timeoutMs: versionTimeoutMs });
  return end.kind === 'exit' && end.status === 0 ? /Version ([\d.]+)/.exec(end.stdout)?.[1] : undefined;
}
