import test, { type ExecutionContext } from 'ava';
import type { BenchFile } from '../../../autotune/bench/bench-file.js';
import { BenchRecord } from '../../../autotune/bench/bench-record.js';
import { runPeers } from '../../../autotune/bench/run-peers.js';
import { knownArchitectures } from '../../../generator/index.js';
import { scratchDirectory } from '../../support/paths.js';
import { benchFile, contest, contestSetup, measurement, run } from './bench-fixture.js';

const device = {
  id: 'cuda:0',
  kind: 'cuda',
  name: 'NVIDIA Test <GPU>',
  target: knownArchitectures['sm_90']!,
  processors: 132,
  memoryBytes: 80e9,
} as const;
const compiler = {
  tool: 'nvcc',
  path: '/nonexistent/nvcc',
  major: 13,
  minor: 0,
  versionText: 'V13.0',
} as const;

/** Asks peers none of which is here; the reasons are what is recorded of them. */
async function failuresAfter(
  t: ExecutionContext,
  measurements: BenchFile['measurements'],
): Promise<[contender: string, m: number | undefined][]> {
  const earlier = benchFile({ measurements, failures: [] });
  const record = new BenchRecord({ setup: contestSetup, run, earlier }, scratchDirectory(t), () => undefined);
  const peers = { python: '/nonexistent/python3' };
  const { signal } = new AbortController();
  await runPeers(record, contest, { device, compiler, peers, signal });
  t.deepEqual(record.file.measurements, measurements);
  return record.file.failures.map(({ contender, shape }) => [contender, shape?.m]);
}

const missing = [
  ['cuSPARSELt 2:4 float16', 1],
  ['tinygemm int4', 1],
  ['ggml Q4_0', undefined],
  ['ggml Q4_K', undefined],
  ['ggml Q2_K', undefined],
  ['Sparse-Marlin', undefined],
  ['Marlin', undefined],
] as const;

test('each peer that is missing says so', async (t) => {
  t.deepEqual(await failuresAfter(t, []), [['cuBLAS float16', 1], ...missing]);
});

test('a peer is asked only for what it has no time for yet', async (t) => {
  const of = (contender: string, m: number) => measurement(contender, 5, { n: 256, k: 128, m });
  const some = [of('cuBLAS float16', 1), of('ggml Q4_K', 1), of('ggml Q4_K', 2), of('Marlin', 2)];
  const left = missing.filter(([contender]) => contender !== 'ggml Q4_K');
  t.deepEqual(await failuresAfter(t, some), [['cuBLAS float16', 2], ...left]);
});
