// Bulk copies from global to shared memory and the barriers that tell when they have arrived (sm_90 and
// above). One thread asks for kilobytes with one instruction; no register and no other thread is held.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

// Where bulk copies begin and what they are long: multiples of this.
constexpr uint32_t kBulkAlignment = 16;

// Counts the bytes of one stage (a piece of a ring in shared memory) that have arrived. Takes 8 bytes of
// shared memory. A phase ends, and the next begins, when all bytes that expect() announced are there.
class StageBarrier {
 public:
  static constexpr uint32_t kBytes = 8;

  __device__ __forceinline__ explicit StageBarrier(SharedAddress place) : place_(place) {}

  // By one thread, before any other use; fence_barriers() has to follow.
  __device__ __forceinline__ void init() const {
#if defined(__CUDACC__)
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(place_.address()) : "memory");
#else
    place_.store(0, Words<2>{{0, 0}});
#endif
  }

  // By the same thread, once a phase, before the copies of the phase.
  __device__ __forceinline__ void expect(uint32_t bytes) const {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(place_.address()), "r"(bytes)
                 : "memory");
#elif !defined(__CUDACC__)
    const auto state = place_.template load<2>(0);
    place_.store(0, Words<2>{{state.word[0], state.word[1] + bytes}});
#endif
  }

  // Copies whole 16-byte pieces; both addresses are multiples of 16. `policy` is one of the L2 policies
  // below.
  template <typename Policy>
  __device__ __forceinline__ void copy(SharedAddress to, const void* from, uint32_t bytes,
                                       const Policy& policy) const {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
    const size_t global = __cvta_generic_to_global(from);
    if constexpr (Policy::kHinted) {
      asm volatile(
          "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint"
          " [%0], [%1], %2, [%3], %4;" ::"r"(to.address()),
          "l"(global), "r"(bytes), "r"(place_.address()), "l"(policy.descriptor)
          : "memory");
    } else {
      asm volatile(
          "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes"
          " [%0], [%1], %2, [%3];" ::"r"(to.address()),
          "l"(global), "r"(bytes), "r"(place_.address())
          : "memory");
    }
#elif !defined(__CUDACC__)
    static_cast<void>(policy);
    memcpy(to.address(), from, bytes);
    const auto state = place_.template load<2>(0);
    const uint32_t missing = state.word[1] - bytes;
    place_.store(0, Words<2>{{missing == 0 ? state.word[0] ^ 1u : state.word[0], missing}});
#endif
  }

  // By any thread: returns when the phase of this parity (0, 1, 0, ...) is over.
  __device__ __forceinline__ void wait(uint32_t parity) const {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
    asm volatile(
        "{\n"
        "  .reg .pred arrived;\n"
        "wait:\n"
        "  mbarrier.try_wait.parity.shared::cta.b64 arrived, [%0], %1;\n"
        "  @!arrived bra wait;\n"
        "}" ::"r"(place_.address()),
        "r"(parity)
        : "memory");
#elif !defined(__CUDACC__)
    while (place_.template load<1>(0).word[0] == parity) __nanosleep(20);
#endif
  }

 private:
  SharedAddress place_;
};

// Makes initialised barriers known to the copy engine.
__device__ __forceinline__ void fence_barriers() {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
#endif
}

// What becomes of the copied lines in L2.
struct DefaultPolicy {
  static constexpr bool kHinted = false;
};

// They are the first to be replaced: weights are read once per token.
struct EvictFirstPolicy {
  static constexpr bool kHinted = true;
  uint64_t descriptor = 0;

  __device__ __forceinline__ EvictFirstPolicy() {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 800
    asm("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(descriptor));
#endif
  }
};

}  // namespace gqs
