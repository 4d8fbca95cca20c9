/** Peers that PyTorch brings along. Each runs in a process of its own, so that a crash costs nothing else. */
import { join } from 'node:path';
import { runProcess } from '../../runtime/index.js';
import { failed, measured, type Contest, type ContestResult } from './contest.js';
import { endReason } from './end-reason.js';
import { parsePeerLines } from './peer-lines.js';

export const torchPeers = [
  { name: 'cuBLAS float16', peer: 'cublas' },
  { name: 'cuSPARSELt 2:4 float16', peer: 'cusparselt' },
  { name: 'tinygemm int4', peer: 'tinygemm' },
] as const;

export interface TorchOptions {
  readonly python: string;
  /** Folder of the peers' programs. */
  readonly programs: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** @throws the signal's reason */
export async function runTorchPeer(
  { name, peer }: (typeof torchPeers)[number],
  contest: Contest,
  { python, programs, timeoutMs, signal }: TorchOptions,
): Promise<ContestResult[]> {
  const { shapes, tokens, rotationBytes, sampleUs, samples } = contest;
  const request = {
    peer,
    shapes: shapes.map(({ n, k }) => [n, k]),
    m: tokens,
    rotationBytes,
    sampleUs,
    samples,
  };
  const args = [join(programs, 'torch_peers.py'), JSON.stringify(request)];
  const end = await runProcess(python, args, { timeoutMs, signal });
  const lines = end.kind === 'exit' ? parsePeerLines(end.stdout) : [];
  const results = lines.map((line): ContestResult => {
    if ('missing' in line) return failed(name, line.missing);
    const shape = { n: line.n ?? 0, k: line.k ?? 0, m: line.m ?? 0 };
    if ('failed' in line) return failed(name, line.failed, shape);
    return measured({ contender: name, ...shape }, line.us, line.note == null ? {} : { note: line.note });
  });
  const complete = lines.length === shapes.length * tokens.length || lines.some((line) => 'missing' in line);
  return complete ? results : [...results, failed(name, endReason(python, end))];
}
