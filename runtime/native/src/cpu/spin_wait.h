// Waits for an atomic to change: awake for a moment, then asleep.
#pragma once

#include <atomic>
#include <cstdint>

namespace gqs {

inline void pause_core() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// About 50 us: longer than a gap between launches, too short to be seen in an idle process.
inline constexpr int kSpins = 1500;

// Returns the first value seen that is not `old`.
inline uint32_t wait_for_change(const std::atomic<uint32_t>& value, uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    const uint32_t now = value.load(std::memory_order_acquire);
    if (now != old) return now;
    pause_core();
  }
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

}  // namespace gqs
