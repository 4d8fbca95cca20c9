import test from 'ava';
import { code, plain, sections, table } from '../../../autotune/report/markdown.js';

test('text from outside cannot become markup', (t) => {
  t.is(plain('a <b> & *c* _d_ [e](f) | g `h`'), 'a &lt;b&gt; &amp; \\*c\\* \\_d\\_ \\[e\\](f) \\| g \\`h\\`');
  t.is(plain('two\n lines '), 'two lines');
  t.is(code('a|b`c\nd'), "`a\\|b'c d`");
});

test('a table has a line for the columns, one for the alignment, and one per row', (t) => {
  const text = table(
    [
      ['name', 'left'],
      ['time', 'right'],
    ],
    [
      ['a', '1'],
      ['b', '2'],
    ],
  );
  t.is(text, '| name | time |\n| --- | ---: |\n| a | 1 |\n| b | 2 |');
});

test('empty sections leave no gap', (t) => {
  t.is(sections(['a', '', 'b']), 'a\n\nb\n');
});
