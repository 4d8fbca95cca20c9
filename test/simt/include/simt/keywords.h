// Keywords of CUDA C++ and the built-in variables.
#pragma once

#define __host__
#define __device__
#define __global__
#define __constant__ static const
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)
#define __grid_constant__

// Static shared memory lies in one section of the kernel's shared object, which the scheduler fills with a
// pattern for each new block and exchanges when it goes from one resident block to another.
#define __shared__ static __attribute__((section("simt_shared")))

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

extern "C" {
extern uint3 threadIdx;
extern uint3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;
}

constexpr int warpSize = 32;

namespace simt {

// The block's dynamic shared memory, 16-byte aligned, ending at a page that cannot be touched.
unsigned char* dynamic_shared();

}  // namespace simt
