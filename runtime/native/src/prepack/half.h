// float16 as bits, for hosts whose compiler has no such type.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace gqs {

// Exact. Not for infinities or NaN, which valid matrices do not hold.
inline float half_to_float(uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  const float magnitude = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -24)
                                        : std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

// Rounds to nearest even; values of 65520 and more become infinities. Not for NaN.
inline uint16_t float_to_half(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000);
  const float magnitude = std::fabs(value);
  if (magnitude >= 65520.0f) return static_cast<uint16_t>(sign | 0x7c00);
  if (magnitude < 0x1p-14f) {  // subnormal: adding 0.5 leaves the rounded multiple of 2^-24 in the low bits
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(magnitude + 0.5f) - 0x3f000000u));
  }
  const uint32_t normal = (bits & 0x7fffffffu) - (112u << 23);
  return static_cast<uint16_t>(sign | ((normal + 0xfffu + ((normal >> 13) & 1u)) >> 13));
}

}  // namespace gqs
