#include "cpu/thread_pool.h"

#include <algorithm>
#include <chrono>

#include "cpu/cpu_info.h"
#include "cpu/spin_wait.h"

namespace gqs {
namespace {

// What is handed out: the number of the launch in the program's run, and the next block of it.
constexpr uint64_t ticket_of(uint32_t step, uint32_t block) {
  return static_cast<uint64_t>(step) << 32 | block;
}

int64_t nanoseconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace

struct ThreadPool::Program {
  std::span<const CpuLaunch> launches;
  uint32_t steps;  // launches.size() * count
  std::span<int64_t> stamps;

  alignas(64) std::atomic<uint64_t> ticket{0};
  alignas(64) std::atomic<uint32_t> done{0};      // blocks of the current step that have ended
  alignas(64) std::atomic<uint32_t> step{0};      // follows the ticket's; what waiting threads watch
  alignas(64) std::atomic<bool> finished{false};  // what the caller sleeps on, so as not to take a core

  const CpuLaunch& launch(uint32_t number) const { return launches[number % launches.size()]; }

  // Called by the one thread that ended the last block of step `number`.
  void advance(uint32_t number) {
    if (!stamps.empty() && (number + 1) % launches.size() == 0) {
      stamps[number / launches.size()] = nanoseconds_now();
    }
    done.store(0, std::memory_order_relaxed);
    ticket.store(ticket_of(number + 1, 0), std::memory_order_release);
    step.store(number + 1, std::memory_order_release);
    step.notify_all();
    if (number + 1 == steps) {
      finished.store(true, std::memory_order_release);
      finished.notify_one();
    }
  }
};

ThreadPool::ThreadPool(uint32_t threads, const std::vector<int>& cpus) {
  try {
    for (uint32_t i = 0; i < threads; ++i) {
      const int cpu = cpus.empty() ? -1 : cpus[i % cpus.size()];
      workers_.emplace_back([this, cpu] { work(cpu); });
    }
  } catch (...) {
    end();
    throw;
  }
}

ThreadPool::~ThreadPool() { end(); }

void ThreadPool::end() {
  stop_.store(true);
  generation_.fetch_add(1);
  generation_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(std::span<const CpuLaunch> launches, uint32_t count, std::span<int64_t> stamps) {
  if (launches.empty() || count == 0) return;
  const std::lock_guard lock(turn_);
  // Steps are counted in 32 bits; a longer run is cut into programs.
  const auto most = static_cast<uint32_t>((UINT32_MAX - 1) / launches.size());
  for (uint32_t first = 0; first < count;) {
    const uint32_t repetitions = std::min(count - first, most);
    Program program{launches, static_cast<uint32_t>(launches.size()) * repetitions,
                    stamps.empty() ? stamps : stamps.subspan(first)};
    program_.store(&program);
    generation_.fetch_add(1);
    generation_.notify_all();
    program.finished.wait(false, std::memory_order_acquire);
    program_.store(nullptr);
    for (uint32_t inside = inside_.load(); inside != 0; inside = inside_.load()) inside_.wait(inside);
    first += repetitions;
  }
}

void ThreadPool::work(int cpu) {
  if (cpu >= 0) pin_this_thread(cpu);
  uint32_t seen = 0;
  while (true) {
    seen = wait_for_change(generation_, seen);
    if (stop_.load()) return;
    // Sequentially consistent with run(): either this worker sees the program gone, or run() sees it inside.
    inside_.fetch_add(1);
    if (Program* program = program_.load()) take_part(*program);
    if (inside_.fetch_sub(1) == 1) inside_.notify_all();
  }
}

void ThreadPool::take_part(Program& program) {
  while (true) {
    const uint64_t ticket = program.ticket.fetch_add(1, std::memory_order_acq_rel);
    const auto step = static_cast<uint32_t>(ticket >> 32);
    const auto block = static_cast<uint32_t>(ticket);
    if (step == program.steps) return;
    const CpuLaunch& launch = program.launch(step);
    if (block >= launch.blocks) {
      // All handed out. The ticket of this step is void; the next step replaces it.
      wait_for_change(program.step, step);
      continue;
    }
    launch.function(launch.args, block, launch.blocks);
    if (program.done.fetch_add(1, std::memory_order_acq_rel) + 1 == launch.blocks) program.advance(step);
  }
}

}  // namespace gqs
