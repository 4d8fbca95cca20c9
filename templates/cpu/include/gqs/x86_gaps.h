// Decoding of 4-bit column distances with AVX2.
#pragma once

#include <immintrin.h>

#include <bit>

#include "gqs/step.h"

namespace gqs {

// offsets[0..7] = base + kGroupSize * (running sum of eight distances, one a byte); returns the last one.
template <int kGroupSize>
[[gnu::always_inline]] inline uint32_t running_offsets(uint64_t distances, uint32_t base, uint32_t* offsets) {
  // Byte i of the product is the sum of bytes 0 to i; eight distances of at most 15 do not carry.
  const uint64_t sums = distances * 0x0101010101010101;
  const __m256i widened = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<int64_t>(sums)));
  const __m256i scaled = _mm256_slli_epi32(widened, std::countr_zero(static_cast<unsigned>(kGroupSize)));
  const __m256i absolute = _mm256_add_epi32(scaled, _mm256_set1_epi32(static_cast<int>(base)));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(offsets), absolute);
  return base + static_cast<uint32_t>(sums >> 56) * kGroupSize;
}

// Distance i of a step is the low nibble of byte i, or, from the middle of the step on, the high nibble of
// byte i - kGroups / 2. `base`: element offset of the group before the step. Returns that of the step's last
// group. Writes max(8, kGroups) offsets.
template <int kGroups, int kGroupSize>
[[gnu::always_inline]] inline uint32_t gap_offsets(const uint8_t* gaps, uint32_t base, uint32_t* offsets) {
  constexpr uint64_t kLowNibbles = 0x0f0f0f0f0f0f0f0f;
  if constexpr (kGroups >= 16) {
    unroll<2>([&](auto half) {
      for (int chunk = 0; chunk < kGroups / 16; ++chunk, offsets += 8) {
        const uint64_t distances = (load<uint64_t>(gaps + 8 * chunk) >> (4 * half)) & kLowNibbles;
        base = running_offsets<kGroupSize>(distances, base, offsets);
      }
    });
    return base;
  } else {
    constexpr int kBytes = kGroups > 1 ? kGroups / 2 : 1;
    uint64_t packed = 0;
    std::memcpy(&packed, gaps, kBytes);
    const uint64_t high = kGroups > 1 ? (packed >> 4) & kLowNibbles : 0;
    return running_offsets<kGroupSize>((packed & kLowNibbles) | high << (8 * kBytes), base, offsets);
  }
}

}  // namespace gqs
