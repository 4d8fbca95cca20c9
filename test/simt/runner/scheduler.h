// Runs a grid: the threads of each block as fibers, in an order that a seed decides.
#pragma once

#include <cstddef>
#include <cstdint>

namespace simt {

// What the runner found in a kernel's shared object.
struct Kernel {
  void (*call)(const void* const* args);
  unsigned char* shared_begin;
  size_t shared_bytes;
};

struct Grid {
  unsigned blocks;
  unsigned threads;
  size_t dynamic_shared_bytes;
  // Blocks whose threads take turns; blocks start in the seed's order, too.
  unsigned resident;
  // 0: every thread runs as far as it can, in the order of its number. Otherwise random choices, all
  // reproducible.
  uint64_t seed;
};

// Returns when all threads have exited. Ends the process with a message when they cannot, or break a rule of
// the warp operations and barriers.
void run_grid(const Kernel& kernel, const Grid& grid, const void* const* args);

}  // namespace simt
