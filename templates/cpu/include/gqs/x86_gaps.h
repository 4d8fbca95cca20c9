// Decoding of 4-bit column distances with AVX2.
#pragma once

#include <immintrin.h>

#include "gqs/step.h"

namespace gqs {

// offsets[0..15] = base + kGroupSize * (running sum of 16 distances, one a byte); returns the last one.
template <int kGroupSize>
[[gnu::always_inline]] inline uint32_t running_offsets(__m128i distance, uint32_t base, uint32_t* offsets) {
  distance = _mm_add_epi8(distance, _mm_slli_si128(distance, 1));
  distance = _mm_add_epi8(distance, _mm_slli_si128(distance, 2));
  distance = _mm_add_epi8(distance, _mm_slli_si128(distance, 4));
  distance = _mm_add_epi8(distance, _mm_slli_si128(distance, 8));
  const __m256i bases = _mm256_set1_epi32(static_cast<int>(base));
  unroll<2>([&](auto half) {
    const __m256i sum = _mm256_cvtepu8_epi32(half == 0 ? distance : _mm_srli_si128(distance, 8));
    const __m256i scaled = _mm256_mullo_epi32(sum, _mm256_set1_epi32(kGroupSize));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(offsets + 8 * half), _mm256_add_epi32(bases, scaled));
  });
  return base + static_cast<uint32_t>(_mm_extract_epi8(distance, 15)) * kGroupSize;
}

// Distance i of a step is the low nibble of byte i, or, from the middle of the step on, the high nibble of byte
// i - kGroups / 2. `base`: element offset of the group before the step. Returns that of the step's last group.
// Writes max(16, kGroups) offsets.
template <int kGroups, int kGroupSize>
[[gnu::always_inline]] inline uint32_t gap_offsets(const uint8_t* gaps, uint32_t base, uint32_t* offsets) {
  const __m128i low_nibble = _mm_set1_epi8(0x0f);
  if constexpr (kGroups <= 16) {
    using Packed = std::conditional_t<
        kGroups == 16, uint64_t,
        std::conditional_t<kGroups == 8, uint32_t, std::conditional_t<kGroups == 4, uint16_t, uint8_t>>>;
    const __m128i packed = _mm_cvtsi64_si128(static_cast<int64_t>(load<Packed>(gaps)));
    const __m128i low = _mm_and_si128(packed, low_nibble);
    const __m128i high = _mm_and_si128(_mm_srli_epi16(packed, 4), low_nibble);
    const __m128i distance = kGroups == 1 ? low : _mm_or_si128(low, _mm_slli_si128(high, kGroups / 2));
    return running_offsets<kGroupSize>(distance, base, offsets);
  } else {
    for (int high = 0; high < 2; ++high) {
      for (int chunk = 0; chunk < kGroups / 32; ++chunk) {
        const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(gaps + 16 * chunk));
        const __m128i nibble = _mm_and_si128(high ? _mm_srli_epi16(packed, 4) : packed, low_nibble);
        base = running_offsets<kGroupSize>(nibble, base, offsets);
        offsets += 16;
      }
    }
    return base;
  }
}

}  // namespace gqs
