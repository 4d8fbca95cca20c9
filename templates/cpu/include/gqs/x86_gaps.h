// Decoding of 4-bit column distances with AVX2.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "gqs/step.h"

namespace gqs {

// Calls body(chunk, distances) for each eight groups of a step, with their distances, one a byte. Distance i
// of a step is the low nibble of byte i, or, from the middle of the step on, the high nibble of byte
// i - kGroups / 2.
template <int kGroups, typename Body>
[[gnu::always_inline]] inline void for_each_8_gaps(const uint8_t* gaps, const Body& body) {
  constexpr uint64_t kLowNibbles = 0x0f0f0f0f0f0f0f0f;
  if constexpr (kGroups >= 16) {
    constexpr int kChunks = kGroups / 16;
    for (int chunk = 0; chunk < 2 * kChunks; ++chunk) {
      const auto packed = load<uint64_t>(gaps + chunk % kChunks * 8);
      body(chunk, (packed >> (chunk < kChunks ? 0 : 4)) & kLowNibbles);
    }
  } else {
    constexpr int kBytes = kGroups > 1 ? kGroups / 2 : 1;
    uint64_t packed = 0;
    std::memcpy(&packed, gaps, kBytes);
    const uint64_t high = kGroups > 1 ? (packed >> 4) & kLowNibbles : 0;
    body(0, (packed & kLowNibbles) | high << (8 * kBytes));
  }
}

// Byte i is the sum of distances 0 to i, as long as it fits.
[[gnu::always_inline]] inline uint64_t running_sums(uint64_t distances) {
  return distances * 0x0101010101010101;
}

// Eight sums, one a byte, as element offsets.
template <int kGroupSize>
[[gnu::always_inline]] inline __m256i to_offsets(uint64_t sums) {
  const __m256i widened = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<int64_t>(sums)));
  return _mm256_slli_epi32(widened, std::countr_zero(static_cast<unsigned>(kGroupSize)));
}

[[gnu::always_inline]] inline void store_offsets(uint32_t* offsets, __m256i eight) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(offsets), eight);
}

// Element offsets of the groups of a step from the group before it. Returns the last one. Writes
// max(8, kGroups) offsets.
template <int kGroups, int kGroupSize>
[[gnu::always_inline]] inline uint32_t gap_offsets(const uint8_t* gaps, uint32_t* offsets) {
  uint32_t base = 0;
  uint64_t carry = 0;
  for_each_8_gaps<kGroups>(gaps, [&](int chunk, uint64_t distances) {
    // Sixteen distances of at most 15 fit a byte, so that only every other chunk needs a base.
    const uint64_t sums = running_sums(distances + carry);
    const __m256i eight = to_offsets<kGroupSize>(sums);
    const __m256i bases = _mm256_set1_epi32(static_cast<int>(base));
    store_offsets(offsets + 8 * chunk, chunk < 2 ? eight : _mm256_add_epi32(bases, eight));
    carry = sums >> 56;
    if (chunk % 2 == 1) {
      base += static_cast<uint32_t>(carry) * kGroupSize;
      carry = 0;
    }
  });
  return base + static_cast<uint32_t>(carry) * kGroupSize;
}

// Set bytes followed by clear ones.
struct SetThenClear {
  static constexpr int kSet = 64;
  std::array<uint8_t, 2 * kSet> bytes;
  constexpr SetThenClear() : bytes() { std::fill_n(bytes.begin(), kSet, uint8_t{255}); }
};

// The low `count` (-56 to 64) bytes: none below 0, all from 8 on. Without a branch, as no branch on where a
// row ends is predictable.
[[gnu::always_inline]] inline uint64_t low_bytes(int count) {
  static constexpr SetThenClear kMasks;
  return load<uint64_t>(kMasks.bytes.data() + SetThenClear::kSet - count);
}

// Element offsets for a step that two rows share: groups [first, middle) go on from `base`, groups
// [middle, last) begin a row. The others get the offset of some group of these. Returns that of the last
// group.
template <int kGroups, int kGroupSize>
[[gnu::always_inline]] inline uint32_t shared_gap_offsets(const uint8_t* gaps, uint32_t base, int first,
                                                          int middle, int last, uint32_t* offsets) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  uint32_t next_base = 0;
  for_each_8_gaps<kGroups>(gaps, [&](int chunk, uint64_t distances) {
    const uint64_t before_middle = low_bytes(middle - 8 * chunk);
    const uint64_t of_row = running_sums(distances & before_middle & ~low_bytes(first - 8 * chunk));
    const uint64_t of_next = running_sums(distances & ~before_middle & low_bytes(last - 8 * chunk));
    const __m256i in_row = _mm256_cmpgt_epi32(_mm256_set1_epi32(middle - 8 * chunk), lane);
    const __m256i bases = _mm256_blendv_epi8(_mm256_set1_epi32(static_cast<int>(next_base)),
                                             _mm256_set1_epi32(static_cast<int>(base)), in_row);
    const uint64_t sums = (of_row & before_middle) | (of_next & ~before_middle);
    store_offsets(offsets + 8 * chunk, _mm256_add_epi32(bases, to_offsets<kGroupSize>(sums)));
    base += static_cast<uint32_t>(of_row >> 56) * kGroupSize;
    next_base += static_cast<uint32_t>(of_next >> 56) * kGroupSize;
  });
  return middle < kGroups ? next_base : base;
}

}  // namespace gqs
