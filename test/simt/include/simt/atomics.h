// Atomics and fences. All threads are fibers of one OS thread, so a plain operation is atomic; each is also a
// place where the scheduler may let another thread run first.
#pragma once

#include "simt/warp.h"

namespace simt {

template <typename T, typename Update>
T atomic_update(T* address, Update update) {
  preempt();
  const T old = *address;
  *address = update(old);
  return old;
}

}  // namespace simt

template <typename T>
T atomicAdd(T* address, T value) {
  return simt::atomic_update(address, [=](T old) { return static_cast<T>(old + value); });
}
template <typename T>
T atomicExch(T* address, T value) {
  return simt::atomic_update(address, [=](T) { return value; });
}
template <typename T>
T atomicCAS(T* address, T expected, T value) {
  return simt::atomic_update(address, [=](T old) { return old == expected ? value : old; });
}
// Counts up to `limit`, then starts again at 0.
inline unsigned atomicInc(unsigned* address, unsigned limit) {
  return simt::atomic_update(address, [=](unsigned old) { return old >= limit ? 0u : old + 1u; });
}

inline void __threadfence() { simt::preempt(); }
inline void __threadfence_block() { simt::preempt(); }
inline void __nanosleep(unsigned) { simt::yield(); }
