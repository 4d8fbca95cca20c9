/** What ncu complains of. */
import test from 'ava';
import { firstComplaint, rejectsMetrics, unknownMetrics } from '../../../autotune/profile/ncu-complaints.js';
import { allMetrics } from '../../../autotune/profile/ncu-metrics.js';

const asked = [
  'smsp__a.sum',
  'smsp__a.sum.per_second',
  'l1tex__b',
  'l1tex__b_mem.avg',
  'launch__registers_per_thread',
];

test('a metric that ncu does not find is named, and none that only begins like it', (t) => {
  t.deepEqual(unknownMetrics('==ERROR== Failed to find metric smsp__a.sum\n', asked), ['smsp__a.sum']);
  t.deepEqual(unknownMetrics("==ERROR== Failed to find metric 'l1tex__b'", asked), ['l1tex__b']);
  t.deepEqual(unknownMetrics('==ERROR== Failed to find metric smsp__a.sum.', asked), ['smsp__a.sum']);
});

test('a pattern stands for the metrics of that base name', (t) => {
  const output = String.raw`==PROF== Connected to process 7 (node)
==ERROR== Failed to find metric regex:^smsp__a\.(sum|min|max|avg|pct|ratio|max_rate)$`;
  t.deepEqual(unknownMetrics(output, asked), ['smsp__a.sum', 'smsp__a.sum.per_second']);
  t.true(rejectsMetrics(output));
});

test('several on one line or on many', (t) => {
  const one = '==ERROR== Failed to find metrics smsp__a.sum, launch__registers_per_thread';
  t.deepEqual(unknownMetrics(one, asked), ['smsp__a.sum', 'launch__registers_per_thread']);
  const many = '==WARNING== metric l1tex__b_mem.avg not found\n==ERROR== metric l1tex__b not found';
  t.deepEqual(unknownMetrics(many, asked), ['l1tex__b', 'l1tex__b_mem.avg']);
});

for (const [what, output] of [
  ['notes', '==WARNING== Note: Running with unmodified GPU clocks.'],
  ['progress', '==PROF== Profiling "gqs_a": 0%....100% - 9 passes'],
  ['columns of a table', '"ID","Kernel Name","smsp__a.sum"'],
  ['nothing', ''],
] as const) {
  test(`${what} are no complaint of metrics`, (t) => {
    t.deepEqual(unknownMetrics(output, asked), []);
    t.false(rejectsMetrics(output));
  });
}

test('no metric is asked for twice, and each has the form that ncu wants', (t) => {
  t.is(new Set(allMetrics).size, allMetrics.length);
  for (const metric of allMetrics) t.regex(metric, /^[a-z0-9]+__\w+(\.\w+)*$/);
});

test('the program comes first, then an error, then a warning, then the last line', (t) => {
  const launch = 'the kernel was not launched as it should: y[3] is NaN';
  t.is(firstComplaint(`==ERROR== The application returned an error code (1).\n${launch}\n`), launch);
  t.is(firstComplaint('==WARNING== No kernels were profiled.\n==ERROR== bad\n'), '==ERROR== bad');
  t.is(firstComplaint('==WARNING== No kernels were profiled.\nbye'), '==WARNING== No kernels were profiled.');
  t.is(firstComplaint('hello\nbye\n\n'), 'bye');
  t.is(firstComplaint(''), 'it printed nothing');
});
