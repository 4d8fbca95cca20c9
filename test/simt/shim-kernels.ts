/** Hand-written kernels for the SIMT machine: its intrinsics one by one, and mistakes that it has to find. */

/** y[i] = operation(a[i], b[i], c[i]) on 32-bit words. */
export const conversionKernel = `
#include "gqs/device.cuh"
__device__ unsigned apply(unsigned operation, unsigned a, unsigned b, unsigned c) {
  switch (operation) {
    case 0: return __float_as_uint(__half2float(__ushort_as_half(a)));
    case 1: return __float_as_uint(__bfloat162float(__ushort_as_bfloat16(a)));
    case 2: return __half_as_ushort(__float2half_rn(__uint_as_float(a)));
    case 3: return __bfloat16_as_ushort(__float2bfloat16_rn(__uint_as_float(a)));
    case 4:
      return gqs::bit_cast<unsigned>(__hfma2(__half2half2(__ushort_as_half(a)), __half2half2(__ushort_as_half(b)),
                                             __half2half2(__ushort_as_half(c))));
    case 5: return __byte_perm(a, b, c);
    case 6: return __dp4a(static_cast<int>(a), static_cast<int>(b), static_cast<int>(c));
    case 7: return __funnelshift_r(a, b, c);
    case 8: return gqs::bit_cast<unsigned>(__hadd2(gqs::bit_cast<__half2>(a), gqs::bit_cast<__half2>(b)));
    case 9: return gqs::bit_cast<unsigned>(__hsub2(gqs::bit_cast<__half2>(a), gqs::bit_cast<__half2>(b)));
    case 10: return gqs::bit_cast<unsigned>(__hmul2(gqs::bit_cast<__half2>(a), gqs::bit_cast<__half2>(b)));
    case 11: return __dp4a(a, b, c);
    case 12: return __brev(a);
    default: return __popc(a) + 100 * __clz(a >> (b % 32)) + 10000 * __ffs(a << (b % 32));
  }
}
extern "C" __global__ void convert(unsigned operation, const unsigned* a, const unsigned* b, const unsigned* c,
                                   unsigned* y, unsigned n) {
  for (unsigned i = threadIdx.x; i < n; i += blockDim.x) y[i] = apply(operation, a[i], b[i], c[i]);
}
`;

export const warpKernel = `
#include "gqs/device.cuh"
extern "C" __global__ void warp(const int* x, int* y) {
  const int value = x[threadIdx.x];
  int* mine = y + threadIdx.x * 8;
  const unsigned half = threadIdx.x % 32 < 16 ? 0x0000ffffu : 0xffff0000u;
  mine[0] = __shfl_xor_sync(0xffffffffu, value, 5);
  mine[1] = __shfl_down_sync(0xffffffffu, value, 3);
  mine[2] = __shfl_up_sync(0xffffffffu, value, 2, 8);
  mine[3] = __shfl_sync(half, value, 9, 16);
  mine[4] = __ballot_sync(half, value < 0);
  mine[5] = __reduce_add_sync(half, value);
  mine[6] = __any_sync(0xffffffffu, value == __shfl_sync(0xffffffffu, value, 0));
  mine[7] = __all_sync(0xffffffffu, value > 0);
}
`;

const cases = {
  missingBarrier: 'memory[t] = t; y[t] = t == 0 ? 0 : memory[t - 1];',
  barrier: 'memory[t] = t; __syncthreads(); y[t] = t == 0 ? 0 : memory[t - 1];',
  countWithoutAtomic: 'const unsigned old = *counter; __threadfence(); *counter = old + 1;',
  countAtomically: 'atomicAdd(counter, 1u);',
  sharedPerBlock: `owner[t] = blockIdx.x; memory[t] = blockIdx.x; __syncthreads();
    y[t] = owner[t ^ 1] == blockIdx.x && memory[t ^ 1] == blockIdx.x;`,
  waitForOtherBlock: `if (t != 0) return;
    if (blockIdx.x == 0) {
      counter[1] = 42;
      __threadfence();
      atomicExch(counter, 1u);
    } else {
      while (atomicAdd(counter, 0u) == 0) __nanosleep(100);
      y[0] = counter[1];
    }`,
  countInManyWays: `atomicInc(counter, 9u);
    unsigned seen = counter[1];
    for (;;) {
      const unsigned old = atomicCAS(counter + 1, seen, seen + 2);
      if (old == seen) break;
      seen = old;
    }
    atomicAdd(reinterpret_cast<float*>(counter + 2), 0.5f);
    if (t == 7) atomicExch(counter + 3, 5u);`,
  namedBarrier: 'if (t < 32) { memory[t] = t; simt::barrier(1, 32); y[t] = memory[31 - t]; }',
  mixedBarrier: 'simt::barrier(1, t < 32 ? 32 : 64);',
  divergentShuffle: 'if (t % 32 < 16) y[t] = __shfl_xor_sync(0xffffffffu, t, 1);',
  divergentBarrier: 'if (t != 5) __syncthreads();',
  twoOperations: `y[t] = t < 16 ? __ballot_sync(0xffffffffu, 1) : __shfl_xor_sync(0xffffffffu, t, 1);`,
  maskWithoutCaller: 'y[t] = __ballot_sync(0xfffffffeu, 1);',
  writeBehind: 'y[t == 63 ? n : t] = 1;',
  writeBefore: 'y[static_cast<int>(t) - 1] = 1;',
  readBehind: 'y[t] = x[t + 1];',
  readBefore: 'y[t] = x[static_cast<int>(t) - 1];',
  writeInput: 'if (t == 3) const_cast<unsigned*>(x)[t] = 1;',
  sharedBehind: 'if (t == 63) memory[t + 1] = 1;',
  misaligned: 'if (t % 2 == 1) y[0] = gqs::load_cached<2>(x + t).word[0];',
  endlessRecursion: 'y[t] = descend(x, t);',
} as const;

type MistakeName = keyof typeof cases;

/** The number by which the kernel knows each. */
export const mistakes = Object.fromEntries(
  Object.keys(cases).map((name, index) => [name, index]),
) as Readonly<Record<MistakeName, number>>;

/** For blocks of 64 threads with 256 bytes of shared memory. */
export const mistakeKernel = `
#include "gqs/device.cuh"
__device__ __noinline__ unsigned descend(const unsigned* x, unsigned t) {
  volatile unsigned local[64];
  local[t] = x[t];
  return descend(x, t) + local[t];
}
extern "C" __global__ void mistake(unsigned which, const unsigned* x, unsigned* y, unsigned* counter, unsigned n) {
  __shared__ unsigned owner[64];
  unsigned* memory = reinterpret_cast<unsigned*>(gqs::dynamic_shared());
  const unsigned t = threadIdx.x;
  switch (which) {
${Object.values(cases)
  .map((body, index) => `    case ${index}: { ${body} break; }`)
  .join('\n')}
  }
}
`;
