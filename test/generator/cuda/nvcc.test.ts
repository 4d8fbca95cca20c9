/** Kernels compiled for real architectures, where nvcc is installed. */
import test from 'ava';
import { generate, knownArchitectures } from '../../../generator/index.js';
import { compileKernel, findNvcc, ToolMissing } from '../../../runtime/index.js';
import { limitConcurrency } from '../../support/limit-concurrency.js';
import { scratchDirectory } from '../../support/paths.js';
import { kernels } from './cuda-samples.js';

const nvcc = await findNvcc().catch((error: unknown) => {
  if (error instanceof ToolMissing) return error;
  throw error;
});
const independentLoads = {
  weightLoads: 'streaming',
  l2Policy: 'normal',
  stageSteps: 1,
  startDelay: 0,
  stageInterval: 0,
  residentGrids: 1,
} as const;
const twoAtATime = limitConcurrency(2);

if (nvcc instanceof ToolMissing) {
  test('no nvcc: compilation for GPUs is skipped, and its absence has a remedy', (t) => {
    t.log(`skipped: ${nvcc.message}`);
    t.regex(nvcc.remedy, /install/i);
  });
} else {
  for (const arch of Object.keys(knownArchitectures)) {
    const thorough = arch === 'sm_80' || arch === 'sm_90';
    test(`${thorough ? 'all samples compile' : 'a sample compiles'} for ${arch} without spilling`, async (t) => {
      t.timeout(300_000);
      const cacheDirectory = scratchDirectory(t);
      const chosen = thorough ? kernels : kernels.slice(0, 1);
      await Promise.all(
        chosen.map(([traits, variant]) =>
          twoAtATime(async () => {
            // Before compute capability 9.0 there is neither dependent launch nor bulk copies.
            const able = arch >= 'sm_90' || arch === 'sm_120';
            const fitting = able
              ? variant
              : { ...variant, pdl: false, ...('weightLoads' in variant ? independentLoads : {}) };
            const kernel = generate(traits, fitting, arch);
            const outcome = await compileKernel(kernel, { cacheDirectory });
            t.true(outcome.ok, outcome.ok ? '' : `${kernel.manifest.name}: ${outcome.message}`);
            if (outcome.ok) t.is(outcome.resources?.spillStoreBytes, 0, kernel.manifest.name);
          }),
        ),
      );
    });
  }
}
