// float16 without the instructions for it.
#pragma once

#include <bit>
#include <cstdint>

namespace gqs {

// Exact for every finite float16.
inline float half_to_float(uint16_t half) {
  const uint32_t magnitude = (half & 0x7fffu) << 13;
  // As a float32 the bits stand for the value times 2^-112, subnormal float16 included.
  const float value = std::bit_cast<float>(magnitude) * 0x1p112f;
  return (half & 0x8000) != 0 ? -value : value;
}

}  // namespace gqs
