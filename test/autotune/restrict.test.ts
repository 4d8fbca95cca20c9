import test from 'ava';
import { parseRestrictions, restrictVariants } from '../../autotune/restrict.js';
import { ProblemError } from '../../autotune/problem-error.js';
import { enumerateVariants, type Problem } from '../../generator/index.js';

const problem: Problem = {
  op: 'gemv',
  n: 256,
  k: 512,
  m: 1,
  bits: 4,
  groupSize: 16,
  density: 0.5,
  activation: 'i8',
  output: 'f32',
  epilogue: 'none',
};
const target = {
  kind: 'cpu',
  isas: ['portable', 'avx2'],
  cores: 2,
  l2Bytes: 1 << 20,
  llcBytes: 1 << 25,
} as const;
const { variants } = enumerateVariants(problem, target);

test('keeps exactly the variants whose parameters have one of the values', (t) => {
  const kept = restrictVariants(variants, parseRestrictions('isa=avx2, unroll=1|4'));
  const expected = variants.filter(
    (variant) => 'isa' in variant && variant.isa === 'avx2' && (variant.unroll === 1 || variant.unroll === 4),
  );
  t.true(expected.length > 0 && expected.length < variants.length);
  t.deepEqual(kept, expected);
});

test('a value without variants, an unknown parameter and malformed text are refused with what is expected', (t) => {
  const restrict = (text: string) => () => restrictVariants(variants, parseRestrictions(text));
  t.throws(restrict('isa=sparc'), { instanceOf: ProblemError, message: /all \d+ are excluded/ });
  t.throws(restrict('warp=4'), { instanceOf: ProblemError, message: /isa.*received "warp"/ });
  t.throws(restrict('isa'), { instanceOf: ProblemError, message: /parameter=value.*received "isa"/ });
  t.throws(restrict('isa=avx2,'), { instanceOf: ProblemError, message: /received ""/ });
});
