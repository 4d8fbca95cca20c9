/** The runs that contributed to the file of a benchmark, one after another: fields of the file, and what it says of them. */
import { z } from 'zod';
import {
  provenanceText,
  runFields,
  runText,
  setupText,
  type BenchRun,
  type BenchSetup,
} from './provenance.js';

/** Later runs continued what earlier ones had left. */
export const runsField = z
  .array(
    z.strictObject({
      ...runFields,
      /** False while the run goes on, and for ever where it was ended early. */
      finished: z.boolean(),
    }),
  )
  .min(1);

/** Of what was measured: index of the run that did. */
export const runField = z.int().min(0);

export type Runs = z.infer<typeof runsField>;

interface ByRun {
  readonly run: number;
}

/** Whether each of what was measured names one of the runs. */
export function haveRuns(measured: readonly ByRun[], runs: Runs): boolean {
  return measured.every(({ run }) => run < runs.length);
}

/** The runs with one more, which goes on. */
export function withRun(earlier: Runs | undefined, run: BenchRun): Runs {
  return [...(earlier ?? []), { ...run, finished: false }];
}

/** All that was asked for has been tried. A run that adds nothing to finished ones leaves no trace. */
export function finishRun(runs: Runs, measured: readonly ByRun[]): void {
  const last = runs.length - 1;
  runs[last]!.finished = true;
  const adds = measured.some(({ run }) => run === last);
  if (!adds && runs.at(-2)?.finished === true) runs.pop();
}

/** What the times were taken on and with, where one run took all of them also when. */
export function madeWith(file: BenchSetup & { readonly runs: Runs }): string {
  return file.runs.length === 1 ? provenanceText({ ...file, ...file.runs[0]! }) : setupText(file);
}

/** How each of several runs contributed, and whether something is left to do; empty where neither needs to be said. */
export function runsText(runs: Runs, measured: readonly ByRun[]): string {
  const items = runs.map((run, index) => {
    const times = measured.filter((one) => one.run === index).length;
    return `- ${times} of the times${run.finished ? '' : ', ended early'}: ${runText(run)}`;
  });
  const parts = runs.length === 1 ? [] : [`Measured in ${runs.length} runs:`, items.join('\n')];
  if (runs.at(-1)?.finished !== true) parts.push(unfinished);
  return parts.join('\n\n');
}

const unfinished =
  'The last run was ended before everything was measured: what is not listed is still to be tried (`--resume`).';
