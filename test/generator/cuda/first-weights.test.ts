/**
 * Weights are under way before a kernel waits for the one before it. The assembler is free to move loads behind the wait,
 * which costs a tenth of the time and no test of results sees; so the machine code is read, where nvdisasm is installed.
 */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { type CudaVariant, generate, type KernelTraits, variantName } from '../../../generator/index.js';
import { compileKernel, findNvcc } from '../../../runtime/index.js';
import { limitConcurrency } from '../../support/limit-concurrency.js';
import { scratchDirectory } from '../../support/paths.js';
import { kernels, rowPermuted, rowSplit, taskCentric, traits } from './cuda-samples.js';

const run = promisify(execFile);
const twoAtATime = limitConcurrency(2);

/** The program of the CUDA Toolkit, beside nvcc or on PATH; undefined where either is missing. */
async function findDisassembler(): Promise<string | undefined> {
  const nvcc = await findNvcc().catch(() => undefined);
  if (nvcc === undefined) return undefined;
  for (const program of [join(dirname(nvcc.path), 'nvdisasm'), 'nvdisasm']) {
    const works = await run(program, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return program;
  }
  return undefined;
}

interface Requests {
  readonly before: number;
  readonly behind: number;
}

/** Read-only loads and bulk copies before griddepcontrol.wait, and those from there to the next barrier of the CTA. */
function requestsOf(machineCode: string): Requests {
  const instructions = machineCode.split('\n');
  const wait = instructions.findIndex((line) => line.includes('ACQBULK'));
  const barrier = instructions.findIndex((line, i) => i > wait && line.includes('BAR.SYNC'));
  const count = (lines: string[]) => lines.filter((line) => /LDG\S*\.CONSTANT|UBLKCP/.test(line)).length;
  return { before: count(instructions.slice(0, wait)), behind: count(instructions.slice(wait, barrier)) };
}

const narrow = { indexForm: 'narrow', warps: 8, ctasPerSm: 3, prefetch: 3 } as const;
const late = {
  ...({ weightLoads: 'bulk', l2Policy: 'evict_first', indexForm: 'narrow', stageSteps: 4 } as const),
  ...({ ctasPerSm: 1, residentGrids: 2, startDelay: 600 } as const),
};
const int8 = { activation: 'i8', output: 'f16' } as const;
const tensor = kernels.filter(([, { decomposition, pdl }]) => pdl && decomposition.startsWith('mma_'));
const samples: readonly (readonly [KernelTraits, CudaVariant])[] = [
  [traits, { ...rowPermuted, ...narrow }],
  [traits, { ...rowPermuted, ...narrow, warps: 12, ctasPerSm: 2, rowsPerSlice: 2 }],
  [traits, { ...rowPermuted, rowsPerSlice: 8, weightLoads: 'cached' }],
  [traits, { ...rowPermuted, ...narrow, startDelay: 450 }],
  [traits, { ...rowPermuted, ctasPerSm: 1, prefetch: 3, rowsPerSlice: 2, weightLoads: 'cached' }],
  [
    { ...traits, m: 2 },
    { ...rowPermuted, ...narrow, warps: 20, ctasPerSm: 1, rowsPerSlice: 8 },
  ],
  [
    { ...traits, ...int8 },
    { ...rowPermuted, ...narrow, math: 'dp4a' },
  ],
  [traits, { ...rowPermuted, ...late, rowsPerSlice: 8 }],
  [
    { ...traits, m: 2 },
    { ...rowPermuted, ...late, rowsPerSlice: 2 },
  ],
  [traits, { ...rowSplit, rowsPerTeam: 1 }],
  [traits, taskCentric],
  ...tensor,
];

const nvdisasm = await findDisassembler();

test('requests before the wait are told from those behind it', (t) => {
  const wait = ['ACQBULK ;', '@!P0 BRA `(.L_x_1) ;'];
  const task = 'LDG.E.128.CONSTANT R12, desc[UR8][R12.64] ;';
  const weights = '@P3 LDG.E.NA.LTC256B.128.CONSTANT R16, desc[UR8][R52.64] ;';
  const copy = 'UBLKCP.S.G [UR12], [UR8], UR7, desc[UR4] ;';
  const x = 'LDG.E.128 R20, desc[UR8][R42.64] ;';
  const barrier = 'BAR.SYNC.DEFER_BLOCKING 0x0 ;';
  const count = (lines: string[]) => requestsOf(lines.join('\n'));
  t.deepEqual(count([task, weights, copy, ...wait, x, barrier, weights]), { before: 3, behind: 0 });
  t.deepEqual(count([task, ...wait, weights, x, weights, barrier, copy]), { before: 1, behind: 2 });
});

if (nvdisasm === undefined) {
  test('no nvdisasm: machine code is not looked at, and what is missing is said', async (t) => {
    t.log('skipped: install the CUDA Toolkit, with nvdisasm beside nvcc or on PATH');
    t.is(await findDisassembler(), undefined);
  });
} else {
  for (const [sampleTraits, variant] of samples) {
    const { m, activation } = sampleTraits;
    test(`weights are asked for before the wait: m${m} ${activation} ${variantName(variant)}`, async (t) => {
      t.timeout(120_000);
      const kernel = generate(sampleTraits, variant, 'sm_90');
      const cacheDirectory = scratchDirectory(t);
      const outcome = await twoAtATime(() => compileKernel(kernel, { cacheDirectory }));
      if (!outcome.ok) {
        t.fail(outcome.message);
        return;
      }
      const { stdout } = await run(nvdisasm, ['-c', outcome.binaryPath], { maxBuffer: 1 << 26 });
      const { before, behind } = requestsOf(stdout);
      const steps = 'prefetch' in variant ? variant.prefetch : 0;
      t.true(before >= 2 * steps, `${before} requests before the wait, for ${steps} steps`);
      // Streams have a barrier once x is in place, the others go on to their next weights.
      if ('math' in variant) t.is(behind, 0, 'requests that moved behind it');
    });
  }
}
