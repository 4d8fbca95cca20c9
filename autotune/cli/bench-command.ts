/** `gqs-tune bench`: ours next to its peers. */
import type { Command } from 'commander';
import type { GroupsPerScale } from '../../generator/index.js';
import { rowDistributions, type DeviceDescription } from '../../runtime/index.js';
import { sampleUs } from '../bench/provenance.js';
import { ourFormat, runBench } from '../bench/run-bench.js';
import type { PeerSources } from '../bench/run-peers.js';
import { checkFits } from '../fits.js';
import {
  crossProblems,
  defaultLayers,
  defaultLists,
  parseDensities,
  parseGroupsPerScale,
} from '../problems.js';
import { parseShapes } from '../shapes.js';
import { benchPlace, benchStatus, sayLine, single } from './bench-options.js';
import { npmCommand } from './npm-command.js';
import { parseInteger, parseRows } from './parse.js';

/** Peers are asked for, even where we have no kernels. */
const mostTokens = 64;

export interface RawBenchOptions {
  readonly device?: string;
  readonly shapes?: string;
  readonly m: string;
  readonly density: string;
  readonly groupsPerScale?: string;
  readonly rows: string;
  readonly samples: string;
  readonly python: string;
  readonly ggml?: string;
  readonly ggmlBuild?: string;
  readonly marlin?: string;
  readonly sparseMarlin?: string;
  readonly results?: string;
  readonly out?: string;
  readonly resume?: boolean;
}

export function addBenchOptions(command: Command): Command {
  return command
    .option('--device <id>', 'cuda:N or cpu; the first GPU if nvcc is there too, else the CPU')
    .option('--shapes <list>', 'output x input channels (default: those of LLaMA-7B)')
    .option('--m <list>', 'tokens, e.g. 1,2,16', '1')
    .option('--density <fraction>', 'fraction of our groups that survive', '0.5')
    .option('--groups-per-scale <list>', 'with one token, ours also with a scale per 2 or 4 groups: 2,4')
    .option('--rows <name>', `how they spread over the rows: ${rowDistributions.join(', ')}`, 'even')
    .option('--samples <count>', 'samples per contender and product', '31')
    .option('--python <path>', 'a Python with PyTorch: cuBLAS, cuSPARSELt, tinygemm', 'python3')
    .option('--ggml <dir>', 'checkout of ggml-org/ggml')
    .option('--ggml-build <dir>', 'its CMake build with -DGGML_CUDA=ON -DGGML_CUDA_GRAPHS=ON')
    .option('--sparse-marlin <dir>', 'checkout of IST-DASLab/Sparse-Marlin')
    .option('--marlin <dir>', 'checkout of IST-DASLab/marlin')
    .option('--results <dir>', 'folder of our winners (default: results/<device>)')
    .option('--out <dir>', 'folder of the comparison (default: that of our winners)')
    .option('--resume', 'continue the comparison that lies there: what it has is not timed again');
}

/** `args`: the command line behind the command's name, for provenance. @throws TuneError and what measuring throws */
export async function runBenchCommand(
  raw: RawBenchOptions,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const density = single('--density', raw.density, parseDensities(raw.density));
  const rows = parseRows(raw.rows);
  const samples = parseInteger('--samples', raw.samples, 3, 1000);
  const tokens = new Set(raw.m.split(',').map((m) => parseInteger('--m', m.trim(), 1, mostTokens)));
  const { device, compiler, results, out } = await benchPlace(raw);
  const shapes = shapesFor(raw.shapes, device);
  const products = [...tokens].flatMap((m) => shapes.map((shape) => ({ ...shape, m })));
  const record = await runBench({
    device,
    compiler,
    contest: { products, sampleUs, samples },
    density,
    groupsPerScale: raw.groupsPerScale === undefined ? [] : parseSharing(raw.groupsPerScale),
    rows,
    peers: peerSources(raw),
    results,
    out,
    resume: raw.resume === true,
    command: npmCommand('bench:gemv', args),
    say: sayLine,
    signal,
  });
  const { measurements, failures } = record.file;
  return benchStatus(await record.save(), measurements.length, failures);
}

/** Refused here rather than when their turn comes. @throws ProblemError */
function shapesFor(text: string | undefined, device: DeviceDescription): { n: number; k: number }[] {
  const layers = text === undefined ? defaultLayers(device.kind) : parseShapes(text);
  const { bits, groupSize } = ourFormat;
  const lists = { ...defaultLists(device.kind), bits: [bits], groupSizes: [groupSize] };
  checkFits(crossProblems(device.kind, layers, lists), device);
  return layers.map(({ n, k }) => ({ n, k }));
}

/** A scale per group is measured in any case. */
function parseSharing(text: string): GroupsPerScale[] {
  return parseGroupsPerScale(text).filter((groups) => groups > 1);
}

function peerSources(raw: RawBenchOptions): PeerSources {
  const { python, ggml, ggmlBuild, marlin, sparseMarlin } = raw;
  return {
    python,
    ...(ggml === undefined ? {} : { ggml }),
    ...(ggmlBuild === undefined ? {} : { ggmlBuild }),
    ...(marlin === undefined ? {} : { marlin }),
    ...(sparseMarlin === undefined ? {} : { sparseMarlin }),
  };
}
