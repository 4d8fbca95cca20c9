// A small parallel loop for work that is done once, at load.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace gqs {

// Calls body(begin, end) for disjoint ranges of at most `grain` indices that together cover [0, count), on
// all hardware threads, the caller's included. Ranges are handed out in ascending order. The first exception
// a body throws stops the handing out and is rethrown here once all threads have ended.
template <typename Body>
void parallel_for(size_t count, size_t grain, const Body& body) {
  const size_t ranges = count == 0 ? 0 : (count - 1) / grain + 1;
  std::atomic<size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;

  const auto work = [&] {
    try {
      for (size_t range = next++; range < ranges; range = next++) {
        body(range * grain, std::min(count, (range + 1) * grain));
      }
    } catch (...) {
      next = ranges;
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };

  const size_t hardware = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> helpers;
  try {
    for (size_t i = 1; i < std::min(hardware, ranges); ++i) helpers.emplace_back(work);
  } catch (const std::system_error&) {
    // No more threads to be had: those that started, and this one, do all the work.
  }
  work();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace gqs
