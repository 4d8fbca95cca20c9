import test from 'ava';
import { parseDiagnostics, summariseDiagnostics, parseResources } from '../../../runtime/index.js';

/** Recorded from nvcc 13.0 (its ptxas 13.0), g++ 12.2 and clang 14. */
const recorded = {
  nvcc: `b.cu(1): error: expected an expression
  int x = ; __attribute__((global)) void f(){ undefined(); }
          ^

b.cu(3): error: identifier "undefined" is undefined
  int x = ; __attribute__((global)) void f(){ undefined(); }
                                              ^

2 errors detected in the compilation of "b.cu".
`,
  nvccNumbered:
    'k.cu(7): error #20: identifier "x" is undefined\nk.cu(9): warning #177-D: variable "y" was declared but never referenced\n',
  gxx: `b.cpp:1:9: error: expected primary-expression before ';' token
    1 | int x = ;
      |         ^
b.cpp:4:11: warning: unused variable 'y'
b.cpp:5:11: error: '__global__' does not name a type
`,
  clang: `b.cpp:1:9: error: expected expression
int x = ;
        ^
b.cpp:2:1: fatal error: 'missing.h' file not found
3 errors generated.
`,
  ptxas: `ptxas /tmp/tmpxft_0-6_c.ptx, line 21; error   : Unknown modifier '.bar'
ptxas /tmp/tmpxft_0-6_c.ptx, line 22; error   : Not a name of any known instruction: 'foo'
ptxas fatal   : Ptx assembly aborted due to errors
`,
  ptxasShared:
    "ptxas error   : Entry function '_Z1fPf' uses too much shared data (0x61a80 bytes, 0xc000 max)\n",
  arch: "nvcc fatal   : Unsupported gpu architecture 'sm_12'\n",
  linker:
    '/usr/bin/ld: cannot find -lnone: No such file or directory\ncollect2: error: ld returned 1 exit status\n',
};

function places(output: string): [string, number, string][] {
  return parseDiagnostics(output).map(({ file, line, message }) => [file, line, message]);
}

test('errors of nvcc', (t) => {
  t.deepEqual(places(recorded.nvcc), [
    ['b.cu', 1, 'expected an expression'],
    ['b.cu', 3, 'identifier "undefined" is undefined'],
  ]);
  t.deepEqual(places(recorded.nvccNumbered), [['k.cu', 7, 'identifier "x" is undefined']]);
  t.deepEqual(places(recorded.arch), [['', 0, "Unsupported gpu architecture 'sm_12'"]]);
});

test('errors of g++ and clang++, without warnings', (t) => {
  t.deepEqual(places(recorded.gxx), [
    ['b.cpp', 1, "expected primary-expression before ';' token"],
    ['b.cpp', 5, "'__global__' does not name a type"],
  ]);
  t.deepEqual(places(recorded.clang), [
    ['b.cpp', 1, 'expected expression'],
    ['b.cpp', 2, "'missing.h' file not found"],
  ]);
});

test('errors of ptxas and of linkers', (t) => {
  t.deepEqual(places(recorded.ptxas), [
    ['/tmp/tmpxft_0-6_c.ptx', 21, "Unknown modifier '.bar'"],
    ['/tmp/tmpxft_0-6_c.ptx', 22, "Not a name of any known instruction: 'foo'"],
    ['', 0, 'Ptx assembly aborted due to errors'],
  ]);
  t.regex(places(recorded.ptxasShared)[0]![2], /too much shared data/);
  t.deepEqual(places(recorded.linker), [['', 0, 'cannot find -lnone: No such file or directory']]);
});

test('a summary names the first error and counts the rest', (t) => {
  t.is(
    summariseDiagnostics(parseDiagnostics(recorded.nvcc), recorded.nvcc),
    'b.cu:1: expected an expression (and 1 more)',
  );
  t.is(
    summariseDiagnostics(parseDiagnostics(recorded.arch), recorded.arch),
    "Unsupported gpu architecture 'sm_12'",
  );
  t.is(summariseDiagnostics([], 'Segmentation fault\ncore dumped'), 'Segmentation fault');
  t.is(summariseDiagnostics([], ''), '');
});

const ptxasVerbose = `ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function 'bar' for 'sm_90'
ptxas info    : Function properties for bar
    400 bytes stack frame, 24 bytes spill stores, 48 bytes spill loads
ptxas info    : Used 32 registers, used 0 barriers, 400 bytes cumulative stack size
ptxas info    : Compile time = 21.475 ms
ptxas info    : Compiling entry function 'foo' for 'sm_90'
ptxas info    : Function properties for foo
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 14 registers, used 1 barriers, 1024 bytes smem, 384 bytes cmem[0]
ptxas info    : Compile time = 1.668 ms
`;

test('resources are those of the entry asked for', (t) => {
  t.deepEqual(parseResources(ptxasVerbose, 'bar'), {
    registers: 32,
    spillStoreBytes: 24,
    spillLoadBytes: 48,
    staticSharedBytes: 0,
    stackBytes: 400,
  });
  t.deepEqual(parseResources(ptxasVerbose, 'foo'), {
    registers: 14,
    spillStoreBytes: 0,
    spillLoadBytes: 0,
    staticSharedBytes: 1024,
    stackBytes: 0,
  });
  t.is(parseResources(ptxasVerbose, 'ba'), undefined);
  t.is(parseResources('', 'foo'), undefined);
});
