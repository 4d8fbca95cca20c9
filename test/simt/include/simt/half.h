// float16: __half, __half2 and their intrinsics. Every operation is done in float64, where it is exact or
// loses nothing that matters, and rounded once, to nearest even.
#pragma once

#include <cstdint>
#include <cstring>

#include "simt/vectors.h"

struct __half {
  unsigned short bits;
};

struct alignas(4) __half2 {
  __half x, y;
};

using half = __half;
using half2 = __half2;

namespace simt {

// Nearest float16, ties to even; 65520 and more become infinity, NaN becomes 0x7fff as in CUDA.
inline unsigned short round_to_half(double value) {
  uint64_t magnitude;
  memcpy(&magnitude, &value, sizeof(magnitude));
  const unsigned short sign = static_cast<unsigned short>(magnitude >> 48 & 0x8000u);
  magnitude &= 0x7fffffffffffffffu;
  if (magnitude > 0x7ff0000000000000u) return 0x7fff;
  if (magnitude >= 0x40effe0000000000u) return sign | 0x7c00;
  if (magnitude >= 0x3f10000000000000u) {
    // 2^-14 and more: drop 42 bits of the mantissa; a carry goes into the exponent, where it belongs.
    const uint64_t rounded = magnitude + 0x1ffffffffffu + (magnitude >> 42 & 1);
    return static_cast<unsigned short>(sign | ((rounded >> 42) - (1008u << 10)));
  }
  // Subnormal: next to 2^28 neighbours of float64 are as far apart as subnormal numbers of float16.
  memcpy(&value, &magnitude, sizeof(value));
  value += 268435456.0;
  memcpy(&magnitude, &value, sizeof(magnitude));
  return static_cast<unsigned short>(sign | (magnitude & 0x7ffu));
}

inline float half_to_float(unsigned short bits) {
  uint32_t word = static_cast<uint32_t>(bits & 0x7fffu) << 13;
  float value;
  if (word >= 0x7c00u << 13) {
    word += 0x70000000u;  // infinity and NaN keep all ones in the exponent
    memcpy(&value, &word, sizeof(value));
  } else {
    memcpy(&value, &word, sizeof(value));
    value *= 0x1p112f;  // the difference of the exponents' biases
  }
  return (bits & 0x8000u) != 0 ? -value : value;
}

inline double half_to_double(__half value) { return half_to_float(value.bits); }
inline __half to_half(double value) { return {round_to_half(value)}; }

}  // namespace simt

inline __half __ushort_as_half(unsigned short bits) { return {bits}; }
inline unsigned short __half_as_ushort(__half value) { return value.bits; }
inline __half __float2half_rn(float value) { return simt::to_half(value); }
inline __half __float2half(float value) { return simt::to_half(value); }
inline float __half2float(__half value) { return simt::half_to_float(value.bits); }

inline __half __hadd(__half a, __half b) {
  return simt::to_half(simt::half_to_double(a) + simt::half_to_double(b));
}
inline __half __hsub(__half a, __half b) {
  return simt::to_half(simt::half_to_double(a) - simt::half_to_double(b));
}
inline __half __hmul(__half a, __half b) {
  return simt::to_half(simt::half_to_double(a) * simt::half_to_double(b));
}
inline __half __hneg(__half value) { return {static_cast<unsigned short>(value.bits ^ 0x8000u)}; }
// The product is exact in float64, and what the sum may lose lies too far below to change the rounding: a sum
// of more than 53 bits is no tie of float16, nor next to one.
inline __half __hfma(__half a, __half b, __half c) {
  return simt::to_half(simt::half_to_double(a) * simt::half_to_double(b) + simt::half_to_double(c));
}

inline __half2 __halves2half2(__half low, __half high) { return {low, high}; }
inline __half2 __half2half2(__half value) { return {value, value}; }
inline __half __low2half(__half2 value) { return value.x; }
inline __half __high2half(__half2 value) { return value.y; }
inline float __low2float(__half2 value) { return __half2float(value.x); }
inline float __high2float(__half2 value) { return __half2float(value.y); }
inline float2 __half22float2(__half2 value) { return {__half2float(value.x), __half2float(value.y)}; }
inline __half2 __floats2half2_rn(float low, float high) {
  return {__float2half_rn(low), __float2half_rn(high)};
}
inline __half2 __float22half2_rn(float2 value) { return __floats2half2_rn(value.x, value.y); }
inline __half2 __float2half2_rn(float value) { return __floats2half2_rn(value, value); }
inline __half2 __hadd2(__half2 a, __half2 b) { return {__hadd(a.x, b.x), __hadd(a.y, b.y)}; }
inline __half2 __hsub2(__half2 a, __half2 b) { return {__hsub(a.x, b.x), __hsub(a.y, b.y)}; }
inline __half2 __hmul2(__half2 a, __half2 b) { return {__hmul(a.x, b.x), __hmul(a.y, b.y)}; }
inline __half2 __hfma2(__half2 a, __half2 b, __half2 c) {
  return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)};
}
inline __half2 __hneg2(__half2 value) { return {__hneg(value.x), __hneg(value.y)}; }
