#include "scheduler.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "block.h"
#include "fault.h"
#include "fiber.h"
#include "simt/keywords.h"

extern "C" {
uint3 threadIdx;
uint3 blockIdx;
dim3 blockDim;
dim3 gridDim;
}

namespace simt {
namespace {

class Scheduler {
 public:
  Scheduler(const Kernel& kernel, const Grid& grid, const void* const* args)
      : kernel_(kernel), grid_(grid), args_(args), random_(grid.seed), order_(grid.blocks) {
    for (unsigned i = 0; i < grid.blocks; ++i) order_[i] = i;
    if (grid.seed != 0) std::shuffle(order_.begin(), order_.end(), random_);
    const unsigned resident = std::clamp(grid.resident, 1u, std::max(1u, grid.blocks));
    for (unsigned i = 0; i < resident; ++i) {
      resident_.push_back(
          std::make_unique<Block>(grid.threads, grid.dynamic_shared_bytes, kernel.shared_bytes));
    }
  }

  void run() {
    for (const auto& block : resident_) start_next(*block);
    for (;;) {
      Block* block = choose_block();
      if (block == nullptr) return;
      if (block->runnable.empty()) {
        fault(text("block %u: no thread can go on:", block->index) + block->waiting());
      }
      step(*block, take(block->runnable));
      if (block->alive == 0) {
        block->dynamic_shared.check_canaries();
        start_next(*block);
      }
    }
  }

  const void* const* args() const { return args_; }
  const Kernel& kernel() const { return kernel_; }
  Fiber& running() const { return *running_; }

  bool chance(unsigned one_in) { return grid_.seed != 0 && random_() % one_in == 0; }

 private:
  // Puts the next block of the grid in the place of one that has finished.
  void start_next(Block& block) {
    if (next_ == order_.size()) return;
    if (in_memory_ == &block) in_memory_ = nullptr;
    block.start(order_[next_++]);
  }

  // Stays with a block most of the time; nullptr when all have finished.
  Block* choose_block() {
    if (current_ != nullptr && current_->alive > 0 && !chance(8)) return current_;
    std::vector<Block*> alive;
    for (const auto& block : resident_) {
      if (block->alive > 0) alive.push_back(block.get());
    }
    if (alive.empty()) return nullptr;
    // Without a seed blocks take turns only when one waits for another.
    current_ = alive[grid_.seed == 0 ? 0 : random_() % alive.size()];
    return current_;
  }

  Fiber& take(std::vector<Fiber*>& runnable) {
    if (grid_.seed != 0)
      std::swap(runnable[random_() % runnable.size()], runnable.back());
    else
      std::rotate(runnable.begin(), runnable.begin() + 1, runnable.end());
    Fiber& fiber = *runnable.back();
    runnable.pop_back();
    return fiber;
  }

  void step(Block& block, Fiber& fiber) {
    exchange_static_shared(block);
    threadIdx = {fiber.thread, 0, 0};
    blockIdx = {block.index, 0, 0};
    Place& at = place();
    at.block = block.index;
    at.thread = fiber.thread;
    at.in_thread = true;
    running_ = &fiber;
    fiber.enter();
    at.in_thread = false;
  }

  void exchange_static_shared(Block& block) {
    if (in_memory_ == &block || kernel_.shared_bytes == 0) return;
    if (in_memory_ != nullptr) {
      memcpy(in_memory_->static_shared.data(), kernel_.shared_begin, kernel_.shared_bytes);
    }
    memcpy(kernel_.shared_begin, block.static_shared.data(), kernel_.shared_bytes);
    in_memory_ = &block;
  }

  Kernel kernel_;
  Grid grid_;
  const void* const* args_;
  std::minstd_rand random_;
  // The grid's blocks in the order in which they start.
  std::vector<unsigned> order_;
  size_t next_ = 0;
  std::vector<std::unique_ptr<Block>> resident_;
  Block* current_ = nullptr;
  // The block whose static shared memory is in place.
  Block* in_memory_ = nullptr;
  Fiber* running_ = nullptr;
};

// The machine runs one grid at a time.
Scheduler* machine = nullptr;

}  // namespace

void run_thread(Fiber& fiber) {
  machine->kernel().call(machine->args());
  fiber.block->exit(fiber);
}

void run_grid(const Kernel& kernel, const Grid& grid, const void* const* args) {
  blockDim = {grid.threads, 1, 1};
  gridDim = {grid.blocks, 1, 1};
  Scheduler scheduler(kernel, grid, args);
  machine = &scheduler;
  scheduler.run();
  machine = nullptr;
}

unsigned char* dynamic_shared() { return machine->running().block->dynamic_shared.data(); }

uint64_t warp_operation(WarpOperation operation, unsigned mask, uint64_t value, unsigned source) {
  Fiber& self = machine->running();
  self.block->arrive_in_warp(self, {operation, mask, value, source});
  self.leave();
  return self.result;
}

void barrier(unsigned id, unsigned threads) {
  Fiber& self = machine->running();
  self.block->arrive_at_barrier(self, id, threads);
  self.leave();
}

void yield() {
  Fiber& self = machine->running();
  self.block->wake(self);
  self.leave();
}

void preempt() {
  if (machine->chance(4)) yield();
}

unsigned active_mask() { return 1u << lane(); }

}  // namespace simt
