// Barriers and warp collectives. All lanes of a mask have to come to the same operation; the scheduler
// reports it when they do not.
#pragma once

#include <cstdint>
#include <cstring>

#include "simt/keywords.h"

namespace simt {

enum class WarpOperation { kSync, kShuffle, kBallot, kAny, kAll, kAdd };

constexpr unsigned kWholeWarp = 0xffffffffu;

// Waits for the lanes of `mask`, then returns the operation's result; for kShuffle the value of lane
// `source`.
uint64_t warp_operation(WarpOperation operation, unsigned mask, uint64_t value, unsigned source);

// Waits until `threads` threads of the block are at barrier `id` (0 to 15); 0 means all of the block.
void barrier(unsigned id, unsigned threads);

// A place where another thread may run before the caller goes on.
void preempt();

// The same, but always lets others run: for waiting loops.
void yield();

// Lanes of the calling warp that run together with the caller: here only itself.
unsigned active_mask();

inline unsigned lane() { return threadIdx.x % 32; }

template <typename T>
T shuffle(unsigned mask, T value, unsigned source) {
  static_assert(sizeof(T) <= sizeof(uint64_t));
  uint64_t word = 0;
  memcpy(&word, &value, sizeof(T));
  word = warp_operation(WarpOperation::kShuffle, mask, word, source);
  memcpy(&value, &word, sizeof(T));
  return value;
}

// First lane of the caller's segment of `width` lanes, a power of two.
inline unsigned segment(int width) { return lane() & ~(static_cast<unsigned>(width) - 1u); }

}  // namespace simt

inline void __syncthreads() { simt::barrier(0, 0); }
inline void __syncwarp(unsigned mask = simt::kWholeWarp) {
  simt::warp_operation(simt::WarpOperation::kSync, mask, 0, 0);
}

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  const unsigned within = static_cast<unsigned>(source) & (static_cast<unsigned>(width) - 1u);
  return simt::shuffle(mask, value, simt::segment(width) + within);
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32) {
  const unsigned source = simt::lane() ^ static_cast<unsigned>(lane_mask);
  const bool inside = source < simt::segment(width) + static_cast<unsigned>(width);
  return simt::shuffle(mask, value, inside ? source : simt::lane());
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  const unsigned source = simt::lane() + delta;
  const bool inside = source < simt::segment(width) + static_cast<unsigned>(width);
  return simt::shuffle(mask, value, inside ? source : simt::lane());
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  const bool inside = simt::lane() >= simt::segment(width) + delta;
  return simt::shuffle(mask, value, inside ? simt::lane() - delta : simt::lane());
}

inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return static_cast<unsigned>(simt::warp_operation(simt::WarpOperation::kBallot, mask, predicate != 0, 0));
}
inline int __any_sync(unsigned mask, int predicate) {
  return static_cast<int>(simt::warp_operation(simt::WarpOperation::kAny, mask, predicate != 0, 0));
}
inline int __all_sync(unsigned mask, int predicate) {
  return static_cast<int>(simt::warp_operation(simt::WarpOperation::kAll, mask, predicate != 0, 0));
}
inline unsigned __reduce_add_sync(unsigned mask, unsigned value) {
  return static_cast<unsigned>(simt::warp_operation(simt::WarpOperation::kAdd, mask, value, 0));
}
inline int __reduce_add_sync(unsigned mask, int value) {
  return static_cast<int>(__reduce_add_sync(mask, static_cast<unsigned>(value)));
}
inline unsigned __activemask() { return simt::active_mask(); }
