/** Peers that PyTorch brings along. Each runs in a process of its own, so that a crash costs nothing else. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDirectory, runProcess, withBuildFolder, type ProcessEnd } from '../../runtime/index.js';
import { failed, measured, type Contest, type ContestResult } from './contest.js';
import { endReason } from './end-reason.js';
import { parsePeerLines, type PeerLine } from './peer-lines.js';

export const torchPeers = [
  { name: 'cuBLAS float16', peer: 'cublas' },
  { name: 'cuSPARSELt 2:4 float16', peer: 'cusparselt' },
  { name: 'tinygemm int4', peer: 'tinygemm' },
] as const;

export interface TorchOptions {
  readonly python: string;
  /** Folder of the peers' programs. */
  readonly programs: string;
  /** Per product. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What was measured before a crash or a hang is kept. @throws the signal's reason */
export async function runTorchPeer(
  { name, peer }: (typeof torchPeers)[number],
  contest: Contest,
  options: TorchOptions,
): Promise<ContestResult[]> {
  const { products } = contest;
  const { end, lines } = await ask(peer, contest, options);
  const results = lines.map((line): ContestResult => {
    if ('missing' in line) return failed(name, line.missing);
    const shape = { n: line.n ?? 0, k: line.k ?? 0, m: line.m ?? 0 };
    if ('failed' in line) return failed(name, line.failed, shape);
    return measured({ contender: name, ...shape }, line.us, line.note == null ? {} : { note: line.note });
  });
  if (lines.some((line) => 'missing' in line)) return results;
  const unanswered = products[lines.length];
  if (unanswered === undefined) return results;
  const later = lines.length + 1 < products.length ? '; the products after it were not tried' : '';
  return [...results, failed(name, `${endReason(options.python, end)}${later}`, unanswered)];
}

/** The program answers into a file: what a process printed is gone when a signal ends it. */
function ask(
  peer: string,
  { products, rotationBytes, sampleUs, samples }: Contest,
  { python, programs, timeoutMs, signal }: TorchOptions,
): Promise<{ end: ProcessEnd; lines: PeerLine[] }> {
  const request = {
    peer,
    products: products.map(({ n, k, m }) => [n, k, m]),
    rotationBytes,
    sampleUs,
    samples,
  };
  return withBuildFolder(defaultCacheDirectory(), async (folder) => {
    const answers = join(folder, 'answers.jsonl');
    const args = [join(programs, 'torch_peers.py'), JSON.stringify(request), answers];
    const end = await runProcess(python, args, { timeoutMs: products.length * timeoutMs, signal });
    return { end, lines: parsePeerLines(await textOf(answers)) };
  });
}

/** Empty where the program did not come so far. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
