// A barrier in two halves: what a warp does between arriving and waiting costs nobody any time.
#pragma once

#include "gqs/memory.cuh"

namespace gqs {

// Counts arrivals. A phase ends, and the next begins, with the last of kCount. Takes 8 bytes of shared
// memory.
template <int kCount>
class ArrivalBarrier {
 public:
  static constexpr uint32_t kBytes = 8;

  __device__ __forceinline__ explicit ArrivalBarrier(SharedAddress place) : place_(place) {}

  // By one thread; a barrier of the CTA has to follow.
  __device__ __forceinline__ void init() const {
#if defined(__CUDACC__)
    asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(place_.address()), "n"(kCount) : "memory");
#else
    place_.store(0, Words<2>{{0, kCount}});
#endif
  }

  // What this thread wrote before is seen by those that wait.
  __device__ __forceinline__ void arrive() const {
#if defined(__CUDACC__)
    asm volatile("{\n  .reg .b64 state;\n  mbarrier.arrive.shared.b64 state, [%0];\n}" ::"r"(place_.address())
                 : "memory");
#else
    const auto state = place_.template load<2>(0);
    const bool last = state.word[1] == 1;
    place_.store(0, Words<2>{{state.word[0] ^ (last ? 1u : 0u), last ? kCount : state.word[1] - 1}});
#endif
  }

  // By any thread: returns when the phase of this parity (0, 1, 0, ...) is over.
  __device__ __forceinline__ void wait(uint32_t parity) const {
#if defined(__CUDACC__)
    asm volatile(
        "{\n"
        "  .reg .pred over;\n"
        "wait:\n"
#if __CUDA_ARCH__ >= 900
        "  mbarrier.try_wait.parity.shared.b64 over, [%0], %1;\n"
#else
        "  mbarrier.test_wait.parity.shared.b64 over, [%0], %1;\n"
#endif
        "  @!over bra wait;\n"
        "}" ::"r"(place_.address()),
        "r"(parity)
        : "memory");
#else
    while (place_.template load<1>(0).word[0] == parity) __nanosleep(20);
#endif
  }

 private:
  SharedAddress place_;
};

}  // namespace gqs
