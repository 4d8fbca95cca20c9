/** From variants to times: generate, compile, screen, verify, time; every failure is a value and is kept. */
import { median } from 'simple-statistics';
import {
  generate,
  type KernelManifest,
  type Problem,
  type Target,
  type Variant,
} from '../../generator/index.js';
import { gateByClock } from '../clock-gate.js';
import type { CompilePool } from '../compile/pool.js';
import type { CompileResult } from '../compile/task.js';
import type { Journal } from '../journal.js';
import type { Candidate, TimeResult, TimingProtocol } from '../measure/protocol.js';
import type { MeasureProcess } from '../measure/supervisor.js';
import { screenReason } from '../screen.js';
import type { Evaluation, Evaluator } from '../search/index.js';
import type { Trial, TrialOutcome } from '../trial.js';
import { archOf } from './arch.js';
import { TuneError } from './error.js';
import { trialResources } from './trial-resources.js';

export interface EvaluatorContext {
  readonly problem: Problem;
  readonly target: Target;
  readonly pool: CompilePool;
  readonly measure: MeasureProcess;
  readonly journal: Journal;
  readonly protocol: Omit<TimingProtocol, 'samples'>;
  readonly signal: AbortSignal;
  /** Hears of every step, for progress. */
  readonly onStep?: (step: 'compile' | 'verify' | 'time', done: number, total: number) => void;
}

/** A variant on its way to a trial. */
interface Work {
  readonly variant: Variant;
  readonly manifest: KernelManifest;
  candidate?: Candidate;
  outcome?: TrialOutcome;
  resources?: Trial['resources'];
  smMhz?: number | undefined;
  compileMs: number;
  verifyMs: number;
  measureMs: number;
}

type Compiled = Extract<CompileResult, { kind: 'compiled' | 'failed' }>;

export class ProblemEvaluator implements Evaluator<Variant> {
  readonly #context: EvaluatorContext;
  readonly #compiled = new Map<string, Compiled>();
  readonly #verified = new Map<string, TrialOutcome | undefined>();
  readonly #bytes = new Map<Variant, number>();
  #idleSince = performance.now();
  #failures = 0;

  constructor(context: EvaluatorContext) {
    this.#context = context;
  }

  /** Trials so far that gave no time. */
  get failures(): number {
    return this.#failures;
  }

  /** Bytes that a launch of a timed variant moves; undefined when it was not timed by this evaluator. */
  bytesOf(variant: Variant): number | undefined {
    return this.#bytes.get(variant);
  }

  /** @throws TuneError when nothing can be compiled, MeasureError when nothing can be measured, the signal's reason. */
  async evaluate(variants: readonly Variant[], repetitions: number): Promise<Evaluation[]> {
    const { problem, target, journal, signal } = this.#context;
    signal.throwIfAborted();
    const searchMs = (performance.now() - this.#idleSince) / Math.max(1, variants.length);
    const work = variants.map((variant): Work => {
      const { manifest } = generate(problem, variant, archOf(variant, target));
      return { variant, manifest, compileMs: 0, verifyMs: 0, measureMs: 0 };
    });
    const known = work.map(({ manifest }) => journal.find({ problem, hash: manifest.hash, repetitions }));
    const fresh = work.filter((_, i) => known[i] === undefined);
    await this.#compile(fresh);
    await this.#verify(fresh);
    await this.#time(fresh, repetitions);
    signal.throwIfAborted();
    const trials = fresh.map((one) => toTrial(problem, one, repetitions, searchMs));
    await journal.append(trials);
    const trialOf = new Map(fresh.map((one, i) => [one, trials[i]!]));
    this.#idleSince = performance.now();
    const evaluations = work.map((one, i) => toEvaluation((known[i] ?? trialOf.get(one)!).outcome));
    this.#failures += evaluations.filter(({ status }) => status === 'failed').length;
    return evaluations;
  }

  /** The compiled kernel of a variant, or why there is none. */
  async candidate(variant: Variant): Promise<Candidate | { readonly failure: string }> {
    const { problem, target } = this.#context;
    const { manifest } = generate(problem, variant, archOf(variant, target));
    const work: Work = { variant, manifest, compileMs: 0, verifyMs: 0, measureMs: 0 };
    await this.#compile([work]);
    if (work.candidate !== undefined) return work.candidate;
    return { failure: work.outcome?.status === 'failed' ? work.outcome.message : 'it was not compiled' };
  }

  async #compile(work: readonly Work[]): Promise<void> {
    const { problem, target, pool, onStep, signal } = this.#context;
    const missing = work.filter(({ manifest }) => !this.#compiled.has(manifest.hash));
    const tasks = missing.map(({ variant }) => ({ traits: problem, variant, arch: archOf(variant, target) }));
    let done = 0;
    const results = await pool.compile(tasks, () => onStep?.('compile', ++done, tasks.length));
    signal.throwIfAborted();
    for (const [i, result] of results.entries()) {
      if (result.kind === 'broken') throw new TuneError(result.message);
      if (result.kind === 'aborted') throw new TuneError('compiling was ended');
      this.#compiled.set(missing[i]!.manifest.hash, result);
      if (result.kind === 'compiled' && !result.cached) missing[i]!.compileMs = result.seconds * 1000;
    }
    for (const one of work) this.#screen(one, this.#compiled.get(one.manifest.hash)!);
  }

  #screen(work: Work, compiled: Compiled): void {
    if (compiled.kind === 'failed') {
      work.outcome = failed(compiled.invalidity, compiled.message);
      return;
    }
    const { problem, target } = this.#context;
    const { manifest, resources, binaryPath } = compiled;
    const groups = Math.round((problem.n * problem.k * problem.density) / problem.groupSize);
    const shape = { n: problem.n, k: problem.k, groups };
    if (resources !== undefined) work.resources = trialResources(manifest, resources, shape, target);
    const reason = screenReason(manifest, resources, shape, target);
    if (reason === undefined) work.candidate = { manifest, binaryPath };
    else work.outcome = failed('constraints', reason);
  }

  async #verify(work: readonly Work[]): Promise<void> {
    const { measure, onStep, signal } = this.#context;
    const compiled = work.filter(({ candidate }) => candidate !== undefined);
    for (const [i, one] of compiled.entries()) {
      signal.throwIfAborted();
      const { hash } = one.manifest;
      if (!this.#verified.has(hash)) {
        const started = performance.now();
        const result = await measure.verify(one.candidate!);
        one.verifyMs = performance.now() - started;
        this.#verified.set(hash, result.ok ? undefined : failed(result.invalidity, result.message));
      }
      const failure = this.#verified.get(hash);
      if (failure !== undefined) one.outcome = failure;
      onStep?.('verify', i + 1, compiled.length);
    }
  }

  async #time(work: readonly Work[], repetitions: number): Promise<void> {
    const { measure, protocol, onStep } = this.#context;
    const right = work.filter(({ candidate, outcome }) => candidate !== undefined && outcome === undefined);
    if (right.length === 0) return;
    const started = performance.now();
    const candidates = right.map(({ candidate }) => candidate!);
    const results = await measure.time(candidates, { ...protocol, samples: repetitions });
    const each = (performance.now() - started) / right.length;
    for (const [i, one] of right.entries()) {
      one.measureMs = each;
      this.#settle(one, results[i]!);
    }
    onStep?.('time', right.length, right.length);
  }

  #settle(work: Work, result: TimeResult): void {
    if (!result.ok) {
      work.outcome = failed(result.invalidity, result.message);
      this.#verified.set(work.manifest.hash, work.outcome);
      return;
    }
    this.#bytes.set(work.variant, result.bytes);
    const { kept, medianMhz } = gateByClock(result.samples);
    const samplesUs = kept.map(({ us }) => us);
    work.smMhz = medianMhz;
    work.outcome = { status: 'ok', medianUs: median(samplesUs), samplesUs };
  }
}

function failed(
  invalidity: Extract<TrialOutcome, { status: 'failed' }>['invalidity'],
  message: string,
): TrialOutcome {
  return { status: 'failed', invalidity, message };
}

function toTrial(problem: Problem, work: Work, repetitions: number, searchMs: number): Trial {
  const { variant, manifest, outcome, resources, smMhz, compileMs, verifyMs, measureMs } = work;
  return {
    problem,
    variant,
    name: manifest.name,
    hash: manifest.hash,
    repetitions,
    outcome: outcome ?? failed('runtime', 'it was not measured'),
    times: { compileMs, verifyMs, measureMs, searchMs },
    ...(resources === undefined ? {} : { resources }),
    ...(smMhz === undefined ? {} : { smMhz }),
    timestamp: new Date().toISOString(),
  };
}

function toEvaluation(outcome: TrialOutcome): Evaluation {
  if (outcome.status === 'ok')
    return { status: 'ok', medianUs: outcome.medianUs, samples: outcome.samplesUs };
  return { status: 'failed', invalidity: outcome.invalidity, message: outcome.message };
}
