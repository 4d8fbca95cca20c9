// A thread of a block: code with a stack of its own that runs until it waits for others.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cstdint>
#include <memory>

#include "guarded_buffer.h"
#include "simt/warp.h"

namespace simt {

struct Block;

// A lane's part in a warp operation.
struct WarpCall {
  WarpOperation operation;
  unsigned mask;
  uint64_t value;
  unsigned source;

  bool matches(const WarpCall& other) const { return operation == other.operation && mask == other.mask; }
};

class Fiber {
 public:
  enum class State { kRunnable, kInWarpOperation, kAtBarrier, kExited };

  Fiber();

  // Called by the scheduler: goes on with the fiber until it calls leave().
  void enter();
  // Called by the fiber: back to the scheduler.
  void leave();

  Block* block = nullptr;
  unsigned thread = 0;
  State state = State::kExited;
  WarpCall call{};
  uint64_t result = 0;
  unsigned barrier_id = 0;

 private:
  static void start(unsigned low, unsigned high);

  GuardedBuffer stack_;
  jmp_buf context_;
  jmp_buf scheduler_;
  ucontext_t first_;
  bool started_ = false;
};

// What each fiber does over and over: one thread of one block. Defined by the scheduler.
void run_thread(Fiber& fiber);

}  // namespace simt
