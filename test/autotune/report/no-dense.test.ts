import test from 'ava';
import { renderSvg } from '../../../autotune/report/render-svg.js';
import { speedupChart } from '../../../autotune/report/speedup-chart.js';
import { spreadChart } from '../../../autotune/report/spread-chart.js';
import { summaryTable, winnersTable } from '../../../autotune/report/winner-tables.js';
import { reportData, reportedProblem, someProblem } from './report-fixture.js';

const compared = reportedProblem();
const alone = reportedProblem({
  problem: { ...someProblem, k: 2052, groupSize: 4 },
  denseUs: null,
  winner: { ...compared.winner, speedupOverDense: null },
});

/** The cells of the last row. */
function cells(table: string): string[] {
  const row = table.trim().split('\n').at(-1)!;
  return row.split('|').map((cell) => cell.trim());
}

test('tables show - where there is no dense baseline', (t) => {
  t.deepEqual(cells(winnersTable([alone])).slice(7, 9), ['-', '-']);
  t.is(cells(summaryTable([alone]))[4], '-');
});

test('a mean is over the problems that have one', (t) => {
  const dense = reportedProblem({ denseUs: null, winner: alone.winner });
  t.is(cells(summaryTable([compared, dense]))[4], '3.00×');
});

test('charts leave the baseline of such a problem out', async (t) => {
  const data = reportData({ problems: [compared, alone] });
  const speedup = await renderSvg(speedupChart(data));
  t.true(speedup.includes('>3.00×<') && speedup.includes('>-<'));
  const spread = await renderSvg(spreadChart(data));
  t.true(spread.includes('dense baseline'));
  t.false(spread.includes('NaN'));
});
