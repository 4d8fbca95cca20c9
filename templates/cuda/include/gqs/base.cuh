// What every kernel is written with: words, values and loops. In all of these headers each device-only
// instruction stands behind a named function with its plain C++ meaning next to it, so that a kernel also
// compiles as C++.
#pragma once

#if defined(__CUDACC__)
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#else
#include "simt.h"
#endif

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace gqs {

constexpr int kWarpSize = 32;
constexpr unsigned kFullWarp = 0xffffffffu;

// Aligned words, loaded and stored with one instruction.
template <int kWords>
struct alignas(kWords * 4) Words {
  uint32_t word[kWords];
};

// The same value, of which the compiler knows nothing: it keeps sums of addresses as they are written.
__device__ __forceinline__ uint32_t opaque(uint32_t value) {
#if defined(__CUDACC__)
  asm("" : "+r"(value));
#endif
  return value;
}

template <typename Type>
__device__ __forceinline__ const Type* opaque(const Type* pointer) {
#if defined(__CUDACC__)
  asm("" : "+l"(pointer));
#endif
  return pointer;
}

// One of the parts of `total` things that are shared evenly: its first thing, and how many it has.
struct Share {
  uint32_t first;
  uint32_t count;
};

// total * parts has to fit into 32 bits.
__device__ __forceinline__ Share share_of(uint32_t total, uint32_t part, uint32_t parts) {
  const uint32_t first = part * total / parts;
  return {first, (part + 1) * total / parts - first};
}

// The same pointer, worked out here and not where it is used first.
template <typename Type>
__device__ __forceinline__ const Type* settled(const Type* pointer) {
#if defined(__CUDACC__)
  asm volatile("" : "+l"(pointer));
#endif
  return pointer;
}

template <typename To, typename From>
__device__ __forceinline__ To bit_cast(const From& value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  memcpy(&result, &value, sizeof(To));
  return result;
}

// An index that is part of its type.
template <int kValue>
struct Index {
  __host__ __device__ constexpr operator int() const { return kValue; }
};

template <typename Function, int... kIndex>
__device__ __forceinline__ void unroll_sequence(Function&& function, std::integer_sequence<int, kIndex...>) {
  (function(Index<kIndex>{}), ...);
}

// Calls function(0), function(1), ... with indices that are compile-time constants.
template <int kCount, typename Function>
__device__ __forceinline__ void unroll(Function&& function) {
  unroll_sequence(function, std::make_integer_sequence<int, kCount>{});
}

}  // namespace gqs
