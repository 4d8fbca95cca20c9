// What every kernel builds on: words, memory instructions and, here, grid dependencies.
#pragma once

#include "gqs/memory.cuh"

namespace gqs {

// Programmatic dependent launch (sm_90 and above): wait until the kernels before this one have finished and
// their writes are visible. Without the launch attribute it returns at once.
__device__ __forceinline__ void wait_for_previous_kernel() {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// The same in a loop that runs once (unless `requested` is the largest number, which no kernel passes): the
// assembler moves loads that stand before the wait, and are meant to be under way during it, to behind the
// wait, but not past a loop.
__device__ __forceinline__ void wait_for_previous_kernel(uint32_t requested) {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
  asm volatile(
      "{\n"
      "  .reg .pred again;\n"
      "wait_again:\n"
      "  griddepcontrol.wait;\n"
      "  setp.eq.u32 again, %0, 0xffffffff;\n"
      "  @again bra wait_again;\n"
      "}" ::"r"(requested)
      : "memory");
#else
  static_cast<void>(requested);
#endif
}

// Lets about kCycles cycles go by, in which other warps run.
template <int kCycles>
__device__ __forceinline__ void pause() {
#if defined(__CUDACC__)
  if constexpr (kCycles > 0) {
    const auto start = clock();
    while (clock() - start < kCycles) __nanosleep(20);
  }
#endif
}

// Lets the next kernel's CTAs start as soon as all CTAs of this one have come here.
__device__ __forceinline__ void allow_next_kernel() {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

}  // namespace gqs
