// Memory instructions.
#pragma once

#include "gqs/base.cuh"

namespace gqs {

// A place in shared memory, with the 32-bit address that its instructions take: through a generic pointer the
// compiler recomputes the CTA's window in every loop.
class SharedAddress {
 public:
  SharedAddress() = default;

#if defined(__CUDACC__)
  using Address = uint32_t;

  __device__ __forceinline__ explicit SharedAddress(const void* pointer)
      : address_(static_cast<uint32_t>(__cvta_generic_to_shared(pointer))) {}
#else
  using Address = unsigned char*;

  explicit SharedAddress(void* pointer) : address_(static_cast<unsigned char*>(pointer)) {}
#endif

#if defined(__CUDACC__)
  __device__ __forceinline__ static SharedAddress at(Address address) {
    SharedAddress place;
    place.address_ = address;
    return place;
  }
#endif

  __device__ __forceinline__ Address address() const { return address_; }

  // The place `bytes` further on.
  __device__ __forceinline__ SharedAddress operator+(uint32_t bytes) const {
    SharedAddress sum = *this;
    sum.address_ += bytes;
    return sum;
  }

  // The words at `offset` bytes, a multiple of their size.
  template <int kWords>
  __device__ __forceinline__ Words<kWords> load(uint32_t offset) const {
    Words<kWords> value;
#if defined(__CUDACC__)
    const uint32_t address = address_ + offset;
    if constexpr (kWords == 4) {
      asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
                   : "=r"(value.word[0]), "=r"(value.word[1]), "=r"(value.word[2]), "=r"(value.word[3])
                   : "r"(address));
    } else if constexpr (kWords == 2) {
      asm volatile("ld.shared.v2.u32 {%0, %1}, [%2];"
                   : "=r"(value.word[0]), "=r"(value.word[1])
                   : "r"(address));
    } else {
      asm volatile("ld.shared.u32 %0, [%1];" : "=r"(value.word[0]) : "r"(address));
    }
#else
    value = *reinterpret_cast<const Words<kWords>*>(address_ + offset);
#endif
    return value;
  }

  // 1, 2 or 4 bytes at `offset`, a multiple of their number; the first one lowest.
  template <int kBytes>
  __device__ __forceinline__ uint32_t load_bytes(uint32_t offset) const {
    uint32_t value = 0;
#if defined(__CUDACC__)
    const uint32_t address = address_ + offset;
    if constexpr (kBytes == 4) {
      asm volatile("ld.shared.u32 %0, [%1];" : "=r"(value) : "r"(address));
    } else if constexpr (kBytes == 2) {
      asm volatile("{\n  .reg .u16 half;\n  ld.shared.u16 half, [%1];\n  cvt.u32.u16 %0, half;\n}"
                   : "=r"(value)
                   : "r"(address));
    } else {
      static_assert(kBytes == 1);
      asm volatile("ld.shared.u8 %0, [%1];" : "=r"(value) : "r"(address));
    }
#else
    memcpy(&value, address_ + offset, kBytes);
#endif
    return value;
  }

  template <int kWords>
  __device__ __forceinline__ void store(uint32_t offset, const Words<kWords>& value) const {
#if defined(__CUDACC__)
    const uint32_t address = address_ + offset;
    if constexpr (kWords == 4) {
      asm volatile("st.shared.v4.u32 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(value.word[0]),
                   "r"(value.word[1]), "r"(value.word[2]), "r"(value.word[3])
                   : "memory");
    } else if constexpr (kWords == 2) {
      asm volatile("st.shared.v2.u32 [%0], {%1, %2};" ::"r"(address), "r"(value.word[0]), "r"(value.word[1])
                   : "memory");
    } else {
      asm volatile("st.shared.u32 [%0], %1;" ::"r"(address), "r"(value.word[0]) : "memory");
    }
#else
    *reinterpret_cast<Words<kWords>*>(address_ + offset) = value;
#endif
  }

 private:
  Address address_;
};

// The same place, which the compiler does not work out anew where it is used.
__device__ __forceinline__ SharedAddress opaque(SharedAddress place) {
#if defined(__CUDACC__)
  return SharedAddress::at(opaque(place.address()));
#else
  return place;
#endif
}

// The CTA's dynamic shared memory.
__device__ __forceinline__ unsigned char* dynamic_shared() {
#if defined(__CUDACC__)
  extern __shared__ __align__(16) unsigned char shared_memory[];
  return shared_memory;
#else
  return simt::dynamic_shared();
#endif
}

// Read-only load kept in L1: weights that neighbouring lanes share.
template <int kWords>
__device__ __forceinline__ Words<kWords> load_cached(const uint32_t* address) {
  Words<kWords> value;
#if defined(__CUDACC__)
  if constexpr (kWords == 4) {
    asm volatile("ld.global.nc.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(value.word[0]), "=r"(value.word[1]), "=r"(value.word[2]), "=r"(value.word[3])
                 : "l"(address));
  } else if constexpr (kWords == 2) {
    asm volatile("ld.global.nc.v2.u32 {%0, %1}, [%2];"
                 : "=r"(value.word[0]), "=r"(value.word[1])
                 : "l"(address));
  } else {
    asm volatile("ld.global.nc.u32 %0, [%1];" : "=r"(value.word[0]) : "l"(address));
  }
#else
  value = *reinterpret_cast<const Words<kWords>*>(address);
#endif
  return value;
}

// Read-only load that leaves no trace in L1: weights are read once.
template <int kWords>
__device__ __forceinline__ Words<kWords> load_streaming(const uint32_t* address) {
  Words<kWords> value;
#if defined(__CUDACC__)
  if constexpr (kWords == 4) {
    asm volatile("ld.global.nc.L1::no_allocate.L2::256B.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(value.word[0]), "=r"(value.word[1]), "=r"(value.word[2]), "=r"(value.word[3])
                 : "l"(address));
  } else if constexpr (kWords == 2) {
    asm volatile("ld.global.nc.L1::no_allocate.L2::256B.v2.u32 {%0, %1}, [%2];"
                 : "=r"(value.word[0]), "=r"(value.word[1])
                 : "l"(address));
  } else {
    asm volatile("ld.global.nc.L1::no_allocate.L2::256B.u32 %0, [%1];" : "=r"(value.word[0]) : "l"(address));
  }
#else
  value = *reinterpret_cast<const Words<kWords>*>(address);
#endif
  return value;
}

// Where the top bit of `asked` is not set nothing is loaded, and the result is 0. It leaves no trace in L1.
__device__ __forceinline__ uint32_t load_or_zero(const uint32_t* address, uint32_t asked) {
#if defined(__CUDACC__)
  uint32_t value;
  asm volatile(
      "{\n"
      "  .reg .pred loads;\n"
      "  setp.lt.s32 loads, %2, 0;\n"
      "  mov.u32 %0, 0;\n"
      "  @loads ld.global.nc.L1::no_allocate.L2::256B.u32 %0, [%1];\n"
      "}"
      : "=&r"(value)
      : "l"(address), "r"(asked));
  return value;
#else
  return asked >> 31 != 0 ? *address : 0u;
#endif
}

// Read-only load of 1, 2 or 4 bytes at a multiple of their number; the first one lowest.
template <int kBytes>
__device__ __forceinline__ uint32_t load_bytes(const void* address) {
  uint32_t value = 0;
#if defined(__CUDACC__)
  if constexpr (kBytes == 4) {
    asm volatile("ld.global.nc.u32 %0, [%1];" : "=r"(value) : "l"(address));
  } else if constexpr (kBytes == 2) {
    asm volatile("{\n  .reg .u16 half;\n  ld.global.nc.u16 half, [%1];\n  cvt.u32.u16 %0, half;\n}"
                 : "=r"(value)
                 : "l"(address));
  } else {
    static_assert(kBytes == 1);
    asm volatile("ld.global.nc.u8 %0, [%1];" : "=r"(value) : "l"(address));
  }
#else
  memcpy(&value, address, kBytes);
#endif
  return value;
}

// Coherent load: data that an earlier kernel of the stream wrote, never moved above the wait for that kernel.
template <int kWords>
__device__ __forceinline__ Words<kWords> load_coherent(const void* address) {
  Words<kWords> value;
#if defined(__CUDACC__)
  if constexpr (kWords == 4) {
    asm volatile("ld.global.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(value.word[0]), "=r"(value.word[1]), "=r"(value.word[2]), "=r"(value.word[3])
                 : "l"(address)
                 : "memory");
  } else if constexpr (kWords == 2) {
    asm volatile("ld.global.v2.u32 {%0, %1}, [%2];"
                 : "=r"(value.word[0]), "=r"(value.word[1])
                 : "l"(address)
                 : "memory");
  } else {
    asm volatile("ld.global.u32 %0, [%1];" : "=r"(value.word[0]) : "l"(address) : "memory");
  }
#else
  value = *static_cast<const Words<kWords>*>(address);
#endif
  return value;
}

// Copies kBytes (4, 8 or 16) to shared memory; no register waits for them (sm_80 and above).
template <int kBytes>
__device__ __forceinline__ void copy_async(SharedAddress to, const void* from) {
#if defined(__CUDACC__)
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(to.address()),
               "l"(__cvta_generic_to_global(from)), "n"(kBytes)
               : "memory");
#else
  memcpy(to.address(), from, kBytes);
#endif
}

// Makes one group of this thread's copies since the last call.
__device__ __forceinline__ void commit_copies() {
#if defined(__CUDACC__)
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until all but the last kPending groups of this thread's copies are there; for the thread itself.
template <int kPending>
__device__ __forceinline__ void wait_for_copies() {
#if defined(__CUDACC__)
  asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
#endif
}

// Asks for `bytes` bytes, widened to whole 16-byte pieces, to be brought into L2 (sm_90 and above).
__device__ __forceinline__ void prefetch_l2(const void* address, uint32_t bytes) {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 900
  const size_t global = __cvta_generic_to_global(address);
  const size_t first = global & ~size_t{15};
  const size_t last = (global + bytes + 15) & ~size_t{15};
  asm volatile("cp.async.bulk.prefetch.L2.global [%0], %1;" ::"l"(first),
               "r"(static_cast<uint32_t>(last - first))
               : "memory");
#else
  static_cast<void>(address);
  static_cast<void>(bytes);
#endif
}

}  // namespace gqs
