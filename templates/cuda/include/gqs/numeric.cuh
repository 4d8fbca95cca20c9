// Conversions between the types of activations, outputs and float32.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(__half value) { return __half2float(value); }
__device__ __forceinline__ float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }

template <typename Type>
__device__ __forceinline__ Type from_float(float value);
template <>
__device__ __forceinline__ float from_float<float>(float value) {
  return value;
}
template <>
__device__ __forceinline__ __half from_float<__half>(float value) {
  return __float2half_rn(value);
}
template <>
__device__ __forceinline__ __nv_bfloat16 from_float<__nv_bfloat16>(float value) {
  return __float2bfloat16_rn(value);
}

// Two neighbouring activations, packed in one word, as float32.
template <typename Type>
__device__ __forceinline__ float2 pair_to_float(uint32_t pair);
template <>
__device__ __forceinline__ float2 pair_to_float<__half>(uint32_t pair) {
  return __half22float2(bit_cast<__half2>(pair));
}
template <>
__device__ __forceinline__ float2 pair_to_float<__nv_bfloat16>(uint32_t pair) {
  // The upper half of a float32 is a bfloat16.
  return make_float2(__uint_as_float(pair << 16), __uint_as_float(pair & 0xffff0000u));
}

// The float16 in the upper half of a word, as float32.
__device__ __forceinline__ float high_half_to_float(uint32_t word) {
  return __half2float(__high2half(bit_cast<__half2>(word)));
}

__device__ __forceinline__ float low_half_to_float(uint32_t word) {
  return __half2float(__low2half(bit_cast<__half2>(word)));
}

// Byte `index` of a word, which need not be known when compiling.
__device__ __forceinline__ uint32_t byte_of(uint32_t word, uint32_t index) {
  return __byte_perm(word, 0u, 0x4440u | index);
}

// Dot product of four unsigned and four signed bytes, added to sum.
__device__ __forceinline__ int dot4_unsigned_signed(uint32_t a, uint32_t b, int sum) {
#if defined(__CUDACC__)
  int result;
  asm("dp4a.u32.s32 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  for (int i = 0; i < 4; ++i) {
    sum += static_cast<int>((a >> (8 * i)) & 0xffu) * static_cast<int8_t>((b >> (8 * i)) & 0xffu);
  }
  return sum;
#endif
}

}  // namespace gqs
