/**
 * Entry of a process that a profiler watches: launches one kernel over rotated weights, as the tuner times it.
 * Argument: a JSON object, see LaunchRequest. The process that owns the device is a child of this one.
 */
import { z } from 'zod';
import { problemSchema, variantSchema } from '../../generator/index.js';
import { rowDistributions } from '../../runtime/index.js';
import { CompilePool } from '../compile/pool.js';
import { MeasureProcess } from '../measure/supervisor.js';

const requestSchema = z.strictObject({
  device: z.string(),
  arch: z.string(),
  problem: problemSchema,
  variant: variantSchema,
  rows: z.enum(rowDistributions),
});

export type LaunchRequest = z.infer<typeof requestSchema>;

/** Profiling repeats a launch dozens of times. */
const patienceMs = 300_000;
/** Long enough for one launch of each copy of the weights. */
const sampleUs = 100;

async function launch(request: LaunchRequest): Promise<void> {
  const { device, arch, problem, variant, rows } = request;
  const pool = new CompilePool({ jobs: 1 });
  const measure = new MeasureProcess(device, { candidateTimeoutMs: patienceMs });
  try {
    const [compiled] = await pool.compile([{ traits: problem, variant, arch }]);
    if (compiled?.kind !== 'compiled') {
      throw new Error(`Expected a kernel but received ${compiled?.kind ?? 'nothing'}`);
    }
    await measure.prepare({ problem, seed: 1, rows });
    const [time] = await measure.time([compiled], { samples: 1, sampleUs, cache: 'cold' });
    if (time?.ok !== true) throw new Error(time?.message ?? 'the kernel was not launched');
  } finally {
    measure.close();
    await pool.close();
  }
}

await launch(requestSchema.parse(JSON.parse(process.argv[2] ?? '')));
