/** The time of our kernels against density, a line per group size (figure 6 of the GQSA paper). */
import { variantName, type Bits, type Problem } from '../../../generator/index.js';
import type { Compiler, DeviceDescription, RowDistribution } from '../../../runtime/index.js';
import { timeDense, timeOurs, type OurOptions, type OurTime } from '../our-kernels.js';
import { runOf, setupOf, type Timing } from '../provenance.js';
import { earlierFile } from '../resume.js';
import { finishRun, withRun } from '../runs.js';
import { withSession, type Session } from '../session.js';
import { timesOf } from '../times.js';
import { writeBenchFiles } from '../write-files.js';
import { densityChart } from './density-chart.js';
import {
  densityFormat,
  densityName,
  densityVersion,
  type DensityFile,
  type DensitySetup,
} from './density-file.js';
import { densityPage } from './density-page.js';

export interface DensityOptions {
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  /** Shapes, kinds of x, group sizes and densities crossed, the densities innermost. */
  readonly problems: readonly Problem[];
  readonly bits: Bits;
  readonly m: Problem['m'];
  readonly rows: RowDistribution;
  readonly timing: Timing;
  readonly results: string;
  readonly out: string;
  /** Whether what lies in `out` is continued rather than replaced. */
  readonly resume: boolean;
  readonly command: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DensityRun {
  readonly file: DensityFile;
  readonly written: readonly string[];
}

/** What was measured is kept after every point. @throws TuneError, MeasureError, ResultsError, the signal's reason */
export async function runDensity(options: DensityOptions): Promise<DensityRun> {
  const { device, compiler, command, timing, bits, m, rows, out, signal } = options;
  const setup: DensitySetup = { ...setupOf(device, compiler, timing), bits, m, rows };
  const earlier = options.resume ? await earlierFile(out, densityFormat, setup) : undefined;
  return withSession(device, signal, async (session) => {
    const runs = withRun(earlier?.runs, await runOf(session, command));
    const { points, dense, failures } = earlier ?? { points: [], dense: [], failures: [] };
    const file: DensityFile = { schemaVersion: densityVersion, ...setup, runs, points, dense, failures };
    await addDense(file, options, session);
    for (const problem of options.problems) {
      if (file.points.some((point) => isSamePoint(point, problem))) continue;
      await addPoint(file, problem, options, session);
      runs.at(-1)!.clocks = session.clocks.medians();
      if (file.points.length > 0) await save(file, options);
    }
    finishRun(runs, [...file.points, ...file.dense]);
    return { file, written: await save(file, options) };
  });
}

type Shape = Pick<Problem, 'n' | 'k'>;
type Point = Shape & Pick<Problem, 'activation' | 'groupSize' | 'density'>;

function isSameShape(a: Shape, b: Shape): boolean {
  return a.n === b.n && a.k === b.k;
}

function isSamePoint(a: Point, b: Point): boolean {
  const isSameFormat = a.groupSize === b.groupSize && a.density === b.density;
  return isSameShape(a, b) && a.activation === b.activation && isSameFormat;
}

/** Once per shape: the baseline has no groups, and takes floating-point x only. */
async function addDense(file: DensityFile, options: DensityOptions, session: Session): Promise<void> {
  const shapes = new Map(options.problems.map((problem) => [`${problem.n}x${problem.k}`, problem]));
  const activation = options.device.kind === 'cuda' ? 'f16' : 'f32';
  for (const shape of shapes.values()) {
    if (file.dense.some((one) => isSameShape(one, shape))) continue;
    const { n, k } = shape;
    const problem: Problem = { ...shape, density: 1, activation, output: activation };
    const time = await timeDense(problem, ourOptions(options), session);
    const what = `dense, ${n} x ${k}`;
    file.failures = file.failures.filter(
      (failure) => failure.point !== undefined || !isSameShape(failure, shape),
    );
    if (time.ok) file.dense.push({ n, k, activation, ...timedFields(file, time) });
    else file.failures.push({ n, k, reason: time.reason });
    say(options, what, time);
  }
}

async function addPoint(
  file: DensityFile,
  problem: Problem,
  options: DensityOptions,
  session: Session,
): Promise<void> {
  const { n, k, activation, groupSize, density } = problem;
  const time = await timeOurs(problem, ourOptions(options), session);
  const point = { activation, groupSize, density };
  file.failures = file.failures.filter(
    (failure) => failure.point === undefined || !isSamePoint({ ...failure, ...failure.point }, problem),
  );
  if (time.ok) file.points.push({ n, k, ...point, ...timedFields(file, time) });
  else file.failures.push({ n, k, point, reason: time.reason });
  say(options, `${n} x ${k}, ${activation} x, G${groupSize}, density ${density}`, time);
}

function ourOptions({ results, rows, timing }: DensityOptions): OurOptions {
  return { results, rows, timing };
}

function timedFields({ runs }: DensityFile, { us, bytes, variant }: Extract<OurTime, { ok: true }>) {
  return { ...timesOf(us), bytes, variant: variantName(variant), run: runs.length - 1 };
}

function say(options: DensityOptions, what: string, time: OurTime): void {
  options.say(`${what}: ${time.ok ? `${time.medianUs.toFixed(2)} us` : `not measured: ${time.reason}`}`);
}

function save(file: DensityFile, { out }: DensityOptions): Promise<string[]> {
  const charts = file.points.length === 0 ? new Map() : new Map([[`${densityName}.svg`, densityChart(file)]]);
  const measured = file.points.length;
  return writeBenchFiles({
    folder: out,
    name: densityName,
    data: file,
    measured,
    page: densityPage(file),
    charts,
  });
}
