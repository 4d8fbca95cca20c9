import test from 'ava';
import { decompositionChart } from '../../../autotune/report/decomposition-chart.js';
import { decompositionSection } from '../../../autotune/report/decomposition-section.js';
import {
  comparedProblems,
  factorOverOthers,
  leadOf,
  winsOf,
} from '../../../autotune/report/decompositions.js';
import { renderReport } from '../../../autotune/report/render-report.js';
import { renderSvg } from '../../../autotune/report/render-svg.js';
import { reportData, reportedProblem, someProblem } from './report-fixture.js';

/** A problem with trials of these decompositions and medians. */
function problem(trials: readonly (readonly [decomposition: string, medianUs: number])[], n = 4096) {
  return reportedProblem({
    problem: { ...someProblem, n },
    trials: trials.map(([decomposition, medianUs]) => {
      return { name: decomposition, configuration: { decomposition }, medianUs };
    }),
  });
}

const two = [
  problem([
    ['row_split', 30],
    ['task_centric', 20],
    ['row_split', 10],
    ['row_permuted', 12],
  ]),
  problem(
    [
      ['row_permuted', 9],
      ['task_centric', 4.5],
    ],
    8192,
  ),
];
const alone = problem([
  ['task_centric', 7],
  ['task_centric', 8],
]);

test('of each decomposition the best trial counts, fastest first, relative to the best', (t) => {
  const [first, second] = comparedProblems(two);
  t.deepEqual(first!.times, [
    { decomposition: 'row_split', bestUs: 10, relative: 1 },
    { decomposition: 'row_permuted', bestUs: 12, relative: 1.2 },
    { decomposition: 'task_centric', bestUs: 20, relative: 2 },
  ]);
  t.is(leadOf(first!), 1.2);
  t.is(leadOf(second!), 2);
});

test('problems with trials of one decomposition, or with none, are not compared', (t) => {
  t.deepEqual(comparedProblems([alone, problem([])]), []);
  t.is(comparedProblems([alone, ...two]).length, 2);
});

test('wins and the factor over the best other one, slower or faster', (t) => {
  const compared = comparedProblems(two);
  t.deepEqual(
    ['row_split', 'row_permuted', 'task_centric'].map((name) => winsOf(compared, name)),
    [1, 0, 1],
  );
  t.deepEqual(factorOverOthers(compared, 'task_centric'), { least: 0.5, most: 2, mean: 1, problems: 2 });
  t.is(factorOverOthers(compared, 'row_split')!.problems, 1);
  t.is(factorOverOthers(compared, 'mma_tiles'), undefined);
});

test('the section states them in one sentence and shows every time', (t) => {
  const section = decompositionSection([...two, alone], 'picture.svg').join('\n\n');
  t.regex(section, /^## Decompositions\n\n!\[[^\]]+\]\(picture\.svg\)/);
  t.true(
    section.includes(
      'Fastest, of 2 problems: `row_permuted` in none, `row_split` in 1, `task_centric` in 1. ' +
        '`task_centric` takes 0.500× to 2.00× the time of the best other one (geometric mean 1.00×, where both were timed: 2).',
    ),
    section,
  );
  t.true(
    section.includes(
      '| 4096 × 2048 | 0.5 | 12.0 (1.20×) | 10.0 (1.00×) | 20.0 (2.00×) | `row_split` | 1.20× |',
    ),
  );
  t.true(
    section.includes('| 8192 × 2048 | 0.5 | 9.00 (2.00×) | - | 4.50 (1.00×) | `task_centric` | 2.00× |'),
  );
});

test('without the decomposition of the paper nothing is said of it', (t) => {
  const one = problem([
    ['row_split', 1],
    ['row_permuted', 2],
  ]);
  const section = decompositionSection([one], 'picture.svg').join('\n');
  t.regex(section, /Fastest, of 1 problem: `row_permuted` in none, `row_split` in 1\.$/m);
  t.notRegex(section, /task_centric/);
});

test('where there is a single decomposition there is neither section nor picture', async (t) => {
  const data = reportData({ problems: [alone] });
  t.deepEqual(decompositionSection(data.problems, 'picture.svg'), []);
  t.is(decompositionChart(data), undefined);
  const files = await renderReport(data);
  t.false(files.has('decompositions.svg'));
  t.notRegex(files.get('report.md')!, /Decompositions/);
});

test('the picture has a dot per decomposition and problem, those far away at the edge', async (t) => {
  const far = problem([
    ['row_split', 1],
    ['new_one', 100],
  ]);
  const svg = await renderSvg(decompositionChart(reportData({ problems: [...two, far] }))!);
  const dots = /<g class="mark-symbol role-mark[^>]*>(.*?)<\/g>/.exec(svg)![1]!;
  t.is([...dots.matchAll(/<path /g)].length, 7);
  for (const label of ['row_split', 'row_permuted', 'task_centric', 'new_one', '≥ 8×'])
    t.true(svg.includes(`>${label}<`), label);
  t.notRegex(svg, /NaN|Infinity|undefined/);
  const files = await renderReport(reportData({ problems: two }));
  t.true(files.has('decompositions.svg'));
  t.true(files.get('report.md')!.includes('(decompositions.svg)'));
});
