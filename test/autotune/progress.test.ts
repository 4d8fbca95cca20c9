import { PassThrough } from 'node:stream';
import test from 'ava';
import {
  JsonReporter,
  LiveReporter,
  PlainReporter,
  winnersTable,
  type TuneEvent,
  type WinnerSummary,
} from '../../autotune/progress/index.js';

type Progress = Extract<TuneEvent, { event: 'progress' }>;

const progress: Progress = {
  event: 'progress',
  problem: 'gemv-1',
  phase: 'explore',
  step: 'time',
  stepDone: 8,
  stepTotal: 8,
  evaluations: 16,
  limit: 200,
  failed: 1,
  bestUs: 12.2,
  rooflineFraction: 0.63,
  secondsLeft: 125,
};
const winner: WinnerSummary = {
  problem: 'gemv-1',
  variant: 'row_split-w4',
  n: 4096,
  k: 2048,
  m: 1,
  bits: 4,
  groupSize: 16,
  density: 0.5,
  activation: 'f16',
  medianUs: 3.651,
  intervalUs: [3.6, 3.7],
  gbPerSecond: 2100,
  rooflineFraction: 0.5,
  speedupOverDense: 2.5,
  speedupOverDefault: 1.25,
  ties: 2,
};

/** What a plain reporter writes while the clock stands where the test puts it. */
function plain() {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const output = { write: (text: string) => lines.push(text) };
  return { lines, clock, reporter: new PlainReporter(output, () => clock.ms) };
}

test('plain: a line for a phase that begins, then only now and again', (t) => {
  const { lines, clock, reporter } = plain();
  reporter.report(progress);
  t.deepEqual(lines, ['  explore 16/200, 1 failed, best 12.20 us (63 % of roofline), 2m05s left\n']);
  clock.ms = 9_000;
  reporter.report({ ...progress, evaluations: 24 });
  t.is(lines.length, 1);
  clock.ms = 11_000;
  reporter.report({ ...progress, evaluations: 32 });
  t.regex(lines[1]!, /explore 32\/200/);
  reporter.report({ ...progress, phase: 'refine', evaluations: 32 });
  t.regex(lines[2]!, /refine 32\/200/);
});

test('plain: nothing is said twice, even if only the time that is left differs', (t) => {
  const { lines, clock, reporter } = plain();
  for (let i = 0; i < 10; i++) {
    clock.ms = i * 60_000;
    reporter.report({ ...progress, secondsLeft: 600 - i });
  }
  t.is(lines.length, 1);
});

test('plain: the final measurement shows what moves', (t) => {
  const { lines, clock, reporter } = plain();
  const final = { ...progress, phase: 'final', step: 'verify', stepDone: 0, stepTotal: 5 } as const;
  reporter.report(final);
  clock.ms = 20_000;
  reporter.report({ ...final, stepDone: 3 });
  t.regex(lines[0]!, /final 16\/200, verify 0\/5/);
  t.regex(lines[1]!, /final 16\/200, verify 3\/5/);
});

test('plain: the next problem begins anew', (t) => {
  const { lines, reporter } = plain();
  reporter.report(progress);
  reporter.report({ event: 'problem', problem: 'gemv-2', index: 2, of: 3, spaceSize: 700, rejected: 20 });
  reporter.report({ ...progress, problem: 'gemv-2' });
  t.is(lines.length, 3);
  t.is(lines[1], '[2/3] gemv-2: 700 variants, 20 rejected by constraints\n');
});

test('plain: failures, warnings and the end with the table and the files', (t) => {
  const { lines, reporter } = plain();
  reporter.report({ event: 'warning', message: 'careful' });
  reporter.report({ event: 'failure', problem: 'gemv-2', message: 'nothing compiles' });
  reporter.report({
    event: 'done',
    summary: {
      device: 'A device',
      winners: [winner],
      failures: [{ problem: 'gemv-2', message: 'nothing compiles' }],
      interrupted: true,
      resultsDirectory: '/r',
      files: ['/r/winners.json'],
    },
  });
  t.deepEqual(lines.slice(0, 2), ['warning: careful\n', '  no winner: nothing compiles\n']);
  t.regex(lines[2]!, /4096x2048 +W4 G16 +0\.5 +1 +f16 +3\.65 +3\.60 - 3\.70 +2\.50x +2100 +50 % +1\.25x +2/);
  t.regex(
    lines[2]!,
    /gemv-2: no winner: nothing compiles\nEnded early.*--resume\.\nWritten:\n {2}\/r\/winners\.json/,
  );
});

test('where there is no dense baseline the table says so', (t) => {
  t.regex(winnersTable([{ ...winner, speedupOverDense: null }]), /3\.60 - 3\.70 +- +2100/);
});

test('JSON: each event is a line that reads back as it was', (t) => {
  const lines: string[] = [];
  const reporter = new JsonReporter({ write: (text: string) => lines.push(text) });
  const events: TuneEvent[] = [progress, { event: 'winner', winner: { ...winner, speedupOverDense: null } }];
  for (const event of events) reporter.report(event);
  reporter.stop();
  t.true(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1));
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as TuneEvent),
    events,
  );
});

test('live: lines stay, a bar comes and goes', (t) => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
  const reporter = new LiveReporter(stream as unknown as NodeJS.WriteStream);
  reporter.report({ event: 'problem', problem: 'gemv-2', index: 2, of: 3, spaceSize: 700, rejected: 20 });
  reporter.report(progress);
  reporter.report({ ...progress, evaluations: 24 });
  reporter.report({ event: 'winner', winner });
  reporter.stop();
  const written = String(stream.read());
  t.regex(written, /\[2\/3\] gemv-2/);
  t.regex(written, /winner row_split-w4: 3\.65 us/);
});
