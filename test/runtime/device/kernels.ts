/** Kernels for the tests of the CPU device, compiled with the system's C++ compiler. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCxx } from '../../../runtime/index.js';
import { runCommand } from '../../support/run-command.js';

const source = `
#include <stdint.h>
template <typename T> static T arg(const void* const* args, int i) { return *static_cast<const T*>(args[i]); }

// y[block] = y[block] * factor + x[block]: order matters, and each block must run once.
extern "C" const char axpy_args[] = "bbu";
extern "C" void axpy(const void* const* args, uint32_t block, uint32_t) {
  uint32_t* y = arg<uint32_t*>(args, 1);
  y[block] = y[block] * arg<uint32_t>(args, 2) + arg<const uint32_t*>(args, 0)[block];
}

// y[block] = sum of all y of the previous buffer: wrong unless every block of the launch before has ended.
extern "C" void total(const void* const* args, uint32_t block, uint32_t blocks) {
  const uint32_t* x = arg<const uint32_t*>(args, 0);
  uint32_t sum = 0;
  for (uint32_t i = 0; i < blocks; ++i) sum += x[i];
  arg<uint32_t*>(args, 1)[block] = sum + block;
}
`;

/** Compiles the kernels `axpy` (x, y, factor) and `total` (x, y) into a shared object in `directory`; its path. */
export async function buildKernels(directory: string): Promise<string> {
  const input = join(directory, 'kernels.cpp');
  const output = join(directory, 'kernels.so');
  writeFileSync(input, source);
  const compiler = await findCxx();
  const run = await runCommand(compiler.path, ['-O1', '-shared', '-fPIC', '-o', output, input]);
  if (run.status !== 0) throw new Error(`Expected the test kernels to compile but received: ${run.stderr}`);
  return output;
}
