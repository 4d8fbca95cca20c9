import test from 'ava';
import { endReason } from '../../../autotune/bench/end-reason.js';
import { parsePeerLines } from '../../../autotune/bench/peer-lines.js';

test('a peer answers with times, with a failure, or that it is missing', (t) => {
  const lines = [
    '{"n": 8, "k": 16, "m": 1, "us": [1.5, 2], "relativeError": 0.001, "note": "padded"}',
    '{"n": 8, "k": 16, "m": 2, "failed": "no such shape"}',
    '{"missing": "PyTorch: none"}',
    '{"us": [3], "note": null}',
  ];
  t.deepEqual(parsePeerLines(lines.join('\n')), [
    { n: 8, k: 16, m: 1, us: [1.5, 2], note: 'padded' },
    { n: 8, k: 16, m: 2, failed: 'no such shape' },
    { missing: 'PyTorch: none' },
    { us: [3], note: null },
  ]);
});

const noAnswers: Readonly<Record<string, string>> = {
  'warnings of a library': 'ggml_cuda_init: found 1 device\n[1, 2]\nnull',
  'a line that was cut off': '{"us": [1.5, 2',
  'a line that another one interrupts': '{"us": [{"failed": "cudaEventRecord"}',
  'JSON of something else': '{"speed": 12}',
  'no samples': '{"us": []}',
  'times that are none': '{"us": [0]}\n{"us": [-1]}\n{"us": ["1"]}\n{"us": [NaN]}',
  'a shape that is none': '{"n": "8", "us": [1]}',
  nothing: '',
};
for (const [name, output] of Object.entries(noAnswers)) {
  test(`no answer: ${name}`, (t) => {
    t.deepEqual(parsePeerLines(output), []);
    t.deepEqual(parsePeerLines(`${output}\n{"us": [1]}`), [{ us: [1] }]);
  });
}

test('the reason why a process gave no answer is one line, with the last thing it said', (t) => {
  const error = Object.assign(new Error('spawn python9 ENOENT'), { code: 'ENOENT' });
  t.is(endReason('python9', { kind: 'not_started', error }), 'python9 does not start: spawn python9 ENOENT');
  t.is(endReason('p', { kind: 'timeout' }), 'it gave no answer within its time limit');
  t.is(
    endReason('p', { kind: 'signal', signal: 'SIGILL', stderr: 'one\ntwo\n' }),
    'it was ended by SIGILL: two',
  );
  t.is(endReason('p', { kind: 'signal', signal: 'SIGSEGV', stderr: '' }), 'it was ended by SIGSEGV');
  t.is(
    endReason('p', { kind: 'exit', status: 1, stdout: 'x', stderr: 'Traceback\nOSError: libcuda\n' }),
    'it ended with status 1 without an answer: OSError: libcuda',
  );
});
