/** One problem: search its space, measure the finalists, pick the winner. */
import {
  defaultVariant,
  enumerateVariants,
  generate,
  problemName,
  rejectionReason,
  seedVariants,
  variantName,
  type Problem,
  type Variant,
} from '../../generator/index.js';
import type { TunePhase } from '../progress/index.js';
import type { Winner } from '../results/index.js';
import { achieved } from '../roofline.js';
import { search, type SearchOutcome, type SearchProgress } from '../search/index.js';
import { keepsTo, restrictVariants } from '../restrict.js';
import { archOf } from './arch.js';
import type { ProblemClock } from './budget.js';
import type { RunContext } from './context.js';
import { ProblemEvaluator } from './evaluator.js';
import { denseProblem, runFinals, type FinalInput, type Finalist } from './finals.js';
import { evaluationLimit } from './options.js';
import { pickWinner } from './winner.js';

export interface TunedWinner {
  readonly winner: Winner;
  readonly finalists: readonly Finalist[];
}

/** Variants of the search that reach the final measurement. */
const mostFinalists = 8;
/** The final data differ from those of the search. */
const finalSeedOffset = 0x5eed;

/** @throws ProblemFailed when it has no winner; what the evaluator throws; the signal's reason. */
export async function tuneProblem(
  context: RunContext,
  problem: Problem,
  clock: ProblemClock,
): Promise<TunedWinner> {
  const { options, device, measure, signal, bandwidth } = context;
  const { target } = device;
  const incumbent = incumbentOf(context, problem);
  const progress = new ProblemProgress(context, problem, clock);
  const space = enumerateVariants(problem, target);
  const variants = restrictVariants(space.variants, options.restrictions ?? new Map());
  progress.begin(variants.length, space.rejected);
  await measure.prepare({ problem, seed: options.seed, rows: options.rows });
  const evaluator = new ProblemEvaluator({ ...context, problem, target, onStep: progress.onStep });
  progress.evaluator = evaluator;
  const outcome = await searchSpace(context, problem, variants, incumbent, evaluator, clock, progress);
  signal.throwIfAborted();
  progress.phase = 'final';
  const finals = await runFinals({
    problem,
    target,
    best: outcome.ranked.slice(0, mostFinalists).map(({ point }) => point),
    incumbent,
    evaluator,
    dense: denseBaseline(context, problem),
    timeIsUp: () => clock.isOver(),
    measure,
    protocol: context.protocol,
    seed: options.seed + finalSeedOffset,
    rows: options.rows,
    signal,
    onStep: progress.onStep,
  });
  const incumbentHash = incumbent && generate(problem, incumbent, archOf(incumbent, target)).manifest.hash;
  const visited = [...outcome.ranked, ...outcome.failed].map(({ point }) => variantName(point));
  const evaluated = new Set([...visited, ...finals.finalists.map(({ name }) => name)]).size;
  const winner = pickWinner({
    problem,
    finals,
    incumbentHash,
    bandwidth,
    evaluated,
    spaceSize: variants.length,
  });
  return { winner, finalists: finals.finalists };
}

function denseBaseline(context: RunContext, problem: Problem): FinalInput['dense'] {
  const { target } = context.device;
  const dense = denseProblem(problem, target);
  if (dense === undefined) return undefined;
  return { problem: dense, evaluator: new ProblemEvaluator({ ...context, problem: dense, target }) };
}

function searchSpace(
  { options, device, signal }: RunContext,
  problem: Problem,
  variants: readonly Variant[],
  incumbent: Variant | undefined,
  evaluator: ProblemEvaluator,
  clock: ProblemClock,
  progress: ProblemProgress,
): Promise<SearchOutcome<Variant>> {
  const { target } = device;
  const limit = evaluationLimit(options);
  const space = { points: variants, parameters: (variant: Variant) => ({ ...variant }) };
  const known = [
    defaultVariant(problem, target),
    ...(incumbent === undefined ? [] : [incumbent]),
    ...seedVariants(problem, target),
  ];
  const seeds = known.filter((variant) => keepsTo(variant, options.restrictions ?? new Map()));
  return search(space, evaluator, {
    strategy: options.strategy,
    seed: options.seed,
    seeds,
    ...(limit === undefined ? {} : { maxEvaluations: limit }),
    timeLeft: () => clock.fractionLeft(),
    signal,
    onProgress: (state) => {
      progress.onSearch(state);
    },
  });
}

/** The winner so far, when it can still be generated for the problem. */
function incumbentOf({ incumbents, device }: RunContext, problem: Problem): Variant | undefined {
  const name = problemName(problem);
  const found = incumbents?.winners.find((winner) => problemName(winner.problem) === name)?.variant;
  if (found === undefined || rejectionReason(problem, found, device.target) !== undefined) return undefined;
  return found;
}

/** Turns what search and evaluator tell into events. */
class ProblemProgress {
  phase: TunePhase = 'prepare';
  evaluator: ProblemEvaluator | undefined;
  readonly #context: RunContext;
  readonly #name: string;
  readonly #clock: ProblemClock;
  readonly #index: number;
  #search: SearchProgress<Variant> | undefined;

  constructor(context: RunContext, problem: Problem, clock: ProblemClock) {
    this.#context = context;
    this.#name = problemName(problem);
    this.#clock = clock;
    this.#index = context.options.problems.indexOf(problem);
  }

  begin(spaceSize: number, rejected: number): void {
    const { reporter, options } = this.#context;
    const [index, of] = [this.#index + 1, options.problems.length];
    reporter.report({ event: 'problem', problem: this.#name, index, of, spaceSize, rejected });
  }

  onSearch(state: SearchProgress<Variant>): void {
    this.#search = state;
    this.phase = state.phase;
    this.onStep('time', 0, 0);
  }

  readonly onStep = (step: 'compile' | 'verify' | 'time', stepDone: number, stepTotal: number): void => {
    const { options, reporter } = this.#context;
    const evaluations = this.#search?.evaluations ?? 0;
    const limit = this.#search?.limit ?? evaluationLimit(options) ?? 0;
    // The clock tells of the search, which is over in the final phase.
    const secondsLeft = this.phase === 'final' ? undefined : this.#clock.secondsLeft(evaluations, limit);
    reporter.report({
      event: 'progress',
      problem: this.#name,
      phase: this.phase,
      step,
      stepDone,
      stepTotal,
      evaluations,
      limit,
      failed: this.evaluator?.failures ?? 0,
      ...this.#best(),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    });
  };

  #best(): { bestUs?: number; rooflineFraction?: number } {
    const best = this.#search?.best;
    if (best?.evaluation.status !== 'ok') return {};
    const bestUs = best.evaluation.medianUs;
    const bytes = this.evaluator?.bytesOf(best.point);
    if (bytes === undefined) return { bestUs };
    return { bestUs, rooflineFraction: achieved(bytes, bestUs, this.#context.bandwidth).rooflineFraction };
  }
}
