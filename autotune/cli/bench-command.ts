/** `gqs-tune bench`: ours next to its peers. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { compilerFor, deviceSlug, rowDistributions } from '../../runtime/index.js';
import { runBench } from '../bench/run-bench.js';
import { widestArch } from '../pipeline/arch.js';
import { TuneError } from '../pipeline/error.js';
import { defaultLayers, parseDensities } from '../problems.js';
import { parseShapes } from '../shapes.js';
import { chooseDevice } from './devices.js';
import { parseInteger, parseRows } from './parse.js';

export interface RawBenchOptions {
  readonly device?: string;
  readonly shapes?: string;
  readonly m: string;
  readonly density: string;
  readonly rows: string;
  readonly samples: string;
  readonly python: string;
  readonly ggml?: string;
  readonly ggmlBuild?: string;
  readonly marlin?: string;
  readonly sparseMarlin?: string;
  readonly results?: string;
  readonly out?: string;
}

export function addBenchOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N or cpu; the first GPU if nvcc is there too, else the CPU')
    .option('--shapes <list>', 'output x input channels (default: those of LLaMA-7B)')
    .option('--m <list>', 'tokens, e.g. 1,2,16', '1')
    .option('--density <fraction>', 'fraction of our groups that survive', '0.5')
    .option('--rows <name>', `how they spread over the rows: ${rowDistributions.join(', ')}`, 'even')
    .option('--samples <count>', 'samples per contender and product', '31')
    .option('--python <path>', 'a Python with PyTorch: cuBLAS, cuSPARSELt, tinygemm', 'python3')
    .option('--ggml <dir>', 'checkout of ggml-org/ggml')
    .option('--ggml-build <dir>', 'its CMake build with -DGGML_CUDA=ON')
    .option('--sparse-marlin <dir>', 'checkout of IST-DASLab/Sparse-Marlin')
    .option('--marlin <dir>', 'checkout of IST-DASLab/marlin')
    .option('--results <dir>', 'folder of our winners (default: results/<device>)')
    .option('--out <dir>', 'folder of the comparison (default: that of our winners)');
}

/** `args`: the command line behind the command's name, for provenance. @throws TuneError and what measuring throws */
export async function runBenchCommand(
  raw: RawBenchOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { device, warning } = await chooseDevice(raw.device);
  if (warning !== undefined) process.stderr.write(`gqs-tune: ${warning}\n`);
  const [density, ...others] = parseDensities(raw.density);
  if (density === undefined || others.length > 0) {
    throw new TuneError(`Expected one fraction for --density but received "${raw.density}"`);
  }
  const shapes = raw.shapes === undefined ? defaultLayers(device.kind) : parseShapes(raw.shapes);
  const results = raw.results ?? join('results', deviceSlug(device.name));
  const files = await runBench({
    device,
    compiler: await compilerFor(widestArch(device.target)),
    contest: {
      shapes: shapes.map(({ n, k }) => ({ n, k })),
      tokens: raw.m.split(',').map((m) => parseInteger('--m', m.trim(), 1, 64)),
      sampleUs: 2000,
      samples: parseInteger('--samples', raw.samples, 3, 1000),
    },
    density,
    rows: parseRows(raw.rows),
    python: raw.python,
    ...(raw.ggml === undefined ? {} : { ggml: raw.ggml }),
    ...(raw.ggmlBuild === undefined ? {} : { ggmlBuild: raw.ggmlBuild }),
    ...(raw.marlin === undefined ? {} : { marlin: raw.marlin }),
    ...(raw.sparseMarlin === undefined ? {} : { sparseMarlin: raw.sparseMarlin }),
    results,
    out: raw.out ?? results,
    command: ['npm run bench:gemv', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
    say: (line) => process.stdout.write(`${line}\n`),
    signal,
  });
  for (const path of files) process.stdout.write(`${path}\n`);
  return 0;
}
