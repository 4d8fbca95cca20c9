// The threads of a CPU device. They run a list of launches as one program, so that the gap between two
// launches is a few cache misses and not a wake-up.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace gqs {

// extern "C" void SYMBOL(const void* const* args, uint32_t block, uint32_t blocks)
using CpuKernelFunction = void (*)(const void* const* args, uint32_t block, uint32_t blocks);

struct CpuLaunch {
  CpuKernelFunction function = nullptr;
  const void* const* args = nullptr;
  uint32_t blocks = 0;
};

// Threads take blocks from a counter. A launch starts when every block of the one before has ended; a thread
// that the system holds back therefore delays nobody unless it is inside a block.
class ThreadPool {
 public:
  // cpus: where to pin each thread, by logical CPU number; empty leaves that to the system.
  ThreadPool(uint32_t threads, const std::vector<int>& cpus);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  uint32_t threads() const { return static_cast<uint32_t>(workers_.size()); }

  // Runs `launches` in order, `count` times, and returns when all is done. stamps, when not empty, gets the
  // steady clock in nanoseconds at the end of each repetition (size >= count). Callers take turns.
  void run(std::span<const CpuLaunch> launches, uint32_t count, std::span<int64_t> stamps = {});

 private:
  struct Program;

  void end();
  void work(int cpu);
  void take_part(Program& program);

  std::mutex turn_;
  std::atomic<Program*> program_{nullptr};
  std::atomic<uint32_t> generation_{0};  // counts programs; what idle workers sleep on
  std::atomic<uint32_t> inside_{0};      // workers that may hold a pointer to the program
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
};

}  // namespace gqs
