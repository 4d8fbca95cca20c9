// AVX2 with FMA and F16C: vectors of 32 weights.
#pragma once

#include <immintrin.h>

#include <array>

#include "gqs/step.h"
#include "gqs/x86_gaps.h"

namespace gqs {

using Bytes = __m256i;  // 32 x 8 bits
using Ints = __m256i;   // 8 x 32 bits
using Floats = __m256;  // 8 x float32
constexpr int kVectorBytes = 32;
constexpr int kLanes = 8;

[[gnu::always_inline]] inline __m256i load_bytes(const void* p) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}
[[gnu::always_inline]] inline __m128i load_16(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}

// The kCount (a power of two up to 16) bytes at p in each 128-bit lane, repeated.
template <int kCount>
[[gnu::always_inline]] inline __m256i broadcast_bytes(const uint8_t* p) {
  if constexpr (kCount == 1) return _mm256_set1_epi8(load<char>(p));
  if constexpr (kCount == 2) return _mm256_set1_epi16(load<int16_t>(p));
  if constexpr (kCount == 4) return _mm256_set1_epi32(load<int32_t>(p));
  if constexpr (kCount == 8) return _mm256_set1_epi64x(load<int64_t>(p));
  if constexpr (kCount == 16) return _mm256_broadcastsi128_si256(load_16(p));
}

// Adds 4 to the bytes whose bit is set.
[[gnu::always_inline]] inline __m256i add_third_bits(__m256i low, uint32_t third) {
  const __m256i byte_of_element =
      _mm256_setr_epi64x(0x0000000000000000, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i bit_of_element = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
  const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(third)), byte_of_element);
  const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit_of_element), bit_of_element);
  return _mm256_add_epi8(low, _mm256_and_si256(set, _mm256_set1_epi8(4)));
}

// Integers of vector kVector (0 to 3) of a step, one a byte.
template <int kBits, int kVector>
[[gnu::always_inline]] inline Bytes unpack(const uint8_t* values) {
  if constexpr (kBits == 8) return load_bytes(values + kVector * 32);
  if constexpr (kBits == 4) {
    const __m256i packed = load_bytes(values + kVector / 2 * 32);
    return _mm256_and_si256(kVector % 2 == 0 ? packed : _mm256_srli_epi16(packed, 4), _mm256_set1_epi8(15));
  }
  const __m256i packed = load_bytes(values);
  const __m256i low =
      _mm256_and_si256(kVector == 0 ? packed : _mm256_srli_epi16(packed, 2 * kVector), _mm256_set1_epi8(3));
  if constexpr (kBits == 2) return low;
  return add_third_bits(low, load<uint32_t>(values + 32 + 4 * kVector));
}

// Shuffle of the bytes of a 128-bit lane that gives element e the byte first + e / group_size.
struct GroupOfByte {
  alignas(32) std::array<uint8_t, 32> index;
  constexpr GroupOfByte(int group_size, int first) : index() {
    for (int e = 0; e < 32; ++e) index[e] = static_cast<uint8_t>(first + e / group_size);
  }
};

// Zero points of vector kVector, one a byte, beside its integers.
template <int kBits, int kGroupSize, int kVector>
[[gnu::always_inline]] inline Bytes zero_points(const uint8_t* zeros) {
  constexpr int kGroups = 4 * kVectorBytes / kGroupSize;
  constexpr int kHalf =
      kBits == 8 || kGroups == 1 ? kGroups : kGroups / 2;  // groups that a nibble list halves to
  constexpr int kFirst = kVector * kVectorBytes / kGroupSize;
  constexpr int kChunk = kHalf < 16 ? kHalf : 16;
  constexpr int kByte = kFirst % kHalf;
  static constexpr GroupOfByte kShuffle(kGroupSize, kByte % kChunk);
  const __m256i packed = broadcast_bytes<kChunk>(zeros + kByte / kChunk * kChunk);
  const __m256i group_of_byte = load_bytes(kShuffle.index.data());
  if constexpr (kBits == 8) return _mm256_shuffle_epi8(packed, group_of_byte);
  const __m256i nibble =
      _mm256_and_si256(kFirst < kHalf ? packed : _mm256_srli_epi16(packed, 4), _mm256_set1_epi8(15));
  return _mm256_shuffle_epi8(nibble, group_of_byte);
}

// x beside the integers of vector kVector; offsets: those of the step's groups.
template <int kGroupSize, int kVector>
[[gnu::always_inline]] inline Bytes gather_bytes(const int8_t* x, const uint32_t* offsets) {
  constexpr int kFirst = kVector * kVectorBytes / kGroupSize;
  const uint32_t* offset = offsets + kFirst;
  if constexpr (kGroupSize == 4)
    return _mm256_i32gather_epi32(reinterpret_cast<const int*>(x), load_bytes(offset), 1);
  if constexpr (kGroupSize == 8) {
    return _mm256_i32gather_epi64(reinterpret_cast<const long long*>(x), load_16(offset), 1);
  }
  if constexpr (kGroupSize == 16) return _mm256_set_m128i(load_16(x + offset[1]), load_16(x + offset[0]));
  return load_bytes(x + offset[0] + kVector * kVectorBytes % kGroupSize);
}

// sum of (q - z) * x over the four bytes of each lane; below 8 bits of (q - z) * (x + 128), which
// prepacking's row constants make good for: the unsigned operand of the byte products is then x.
template <int kBits>
[[gnu::always_inline]] inline Ints dot(Bytes q, Bytes z, Bytes x) {
  if constexpr (kBits == 8) {
    const __m256i low_byte = _mm256_set1_epi16(255);
    const __m256i even = _mm256_sub_epi16(_mm256_and_si256(q, low_byte), _mm256_and_si256(z, low_byte));
    const __m256i odd = _mm256_sub_epi16(_mm256_srli_epi16(q, 8), _mm256_srli_epi16(z, 8));
    const __m256i x_even = _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8);
    return _mm256_add_epi32(_mm256_madd_epi16(even, x_even), _mm256_madd_epi16(odd, _mm256_srai_epi16(x, 8)));
  }
  // Two products are at most 2 * 255 * 15, so the pairwise sums do not saturate.
  const __m256i pairs =
      _mm256_maddubs_epi16(_mm256_xor_si256(x, _mm256_set1_epi8(-128)), _mm256_sub_epi8(q, z));
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

// The eight bytes of quarter kQuarter, at the low end.
template <int kQuarter>
[[gnu::always_inline]] inline __m128i quarter_bytes(Bytes a) {
  const __m128i half = _mm256_extracti128_si256(a, kQuarter / 2);
  return kQuarter % 2 == 0 ? half : _mm_srli_si128(half, 8);
}

// Weights of quarter kQuarter of a vector as float32, q - z, without their scale.
template <int kBits, int kQuarter>
[[gnu::always_inline]] inline Floats weights(Bytes q, Bytes z) {
  if constexpr (kBits == 8) {
    const __m256i wide = _mm256_cvtepu8_epi32(quarter_bytes<kQuarter>(q));
    return _mm256_cvtepi32_ps(_mm256_sub_epi32(wide, _mm256_cvtepu8_epi32(quarter_bytes<kQuarter>(z))));
  }
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(quarter_bytes<kQuarter>(_mm256_sub_epi8(q, z))));
}

// x beside quarter kQuarter of vector kVector.
template <int kGroupSize, int kVector, int kQuarter>
[[gnu::always_inline]] inline Floats gather_floats(const float* x, const uint32_t* offsets,
                                                   const uint8_t* scales) {
  constexpr int kElement = kVector * kVectorBytes + kQuarter * kLanes;
  constexpr int kGroup = kElement / kGroupSize;
  const auto input = [&](int i) { return group_input(scales, kGroup + i, x, offsets[kGroup + i]); };
  if constexpr (kGroupSize == 4) return _mm256_set_m128(_mm_loadu_ps(input(1)), _mm_loadu_ps(input(0)));
  return _mm256_loadu_ps(input(0) + kElement % kGroupSize);
}

// The scales of a step as float32, to be spread over lanes.
template <int kGroupSize>
struct Scales {
  static constexpr int kGroups = 4 * kVectorBytes / kGroupSize;
  Floats part[(kGroups + kLanes - 1) / kLanes];

  [[gnu::always_inline]] explicit Scales(const uint8_t* halves) {
    if constexpr (kGroups == 1) part[0] = _mm256_cvtph_ps(_mm_set1_epi16(load<int16_t>(halves)));
    if constexpr (kGroups == 2) part[0] = _mm256_cvtph_ps(_mm_set1_epi32(load<int32_t>(halves)));
    if constexpr (kGroups == 4) part[0] = _mm256_cvtph_ps(_mm_set1_epi64x(load<int64_t>(halves)));
    if constexpr (kGroups >= 8) {
      for (int i = 0; i < kGroups / 8; ++i) part[i] = _mm256_cvtph_ps(load_16(halves + 16 * i));
    }
  }

  // Scale of the group that holds element kElement + lane * kStride of the step, for each lane.
  template <int kElement, int kStride>
  [[gnu::always_inline]] Floats lanes() const {
    constexpr int kFirst = kElement / kGroupSize;
    if constexpr (kStride == kGroupSize) return part[kFirst / kLanes];
    static constexpr GroupOfLane kIndex(kGroupSize, kStride, kFirst % kLanes);
    return _mm256_permutevar8x32_ps(part[kFirst / kLanes], load_bytes(kIndex.index.data()));
  }

 private:
  struct GroupOfLane {
    alignas(32) std::array<int32_t, kLanes> index;
    constexpr GroupOfLane(int group_size, int stride, int first) : index() {
      for (int lane = 0; lane < kLanes; ++lane) index[lane] = first + lane * stride / group_size;
    }
  };
};

// kLanes consecutive elements as float32.
[[gnu::always_inline]] inline Floats load_floats(const float* p) { return _mm256_loadu_ps(p); }
[[gnu::always_inline]] inline Floats load_floats(const uint16_t* halves) {
  return _mm256_cvtph_ps(load_16(halves));
}
[[gnu::always_inline]] inline Floats load_floats(const int8_t* p) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(load<int64_t>(p))));
}

[[gnu::always_inline]] inline Floats zero_floats() { return _mm256_setzero_ps(); }
[[gnu::always_inline]] inline Floats to_floats(Ints a) { return _mm256_cvtepi32_ps(a); }
[[gnu::always_inline]] inline Floats multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
[[gnu::always_inline]] inline Floats multiply_add(Floats a, Floats b, Floats c) {
  return _mm256_fmadd_ps(a, b, c);
}
[[gnu::always_inline]] inline Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }

// Zeros in the lanes i for which kFirstLane + i is not in [first, last).
template <int kFirstLane>
[[gnu::always_inline]] inline Floats keep_lanes(Floats a, int first, int last) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i before_first = _mm256_cmpgt_epi32(_mm256_set1_epi32(first - kFirstLane), lane);
  const __m256i before_last = _mm256_cmpgt_epi32(_mm256_set1_epi32(last - kFirstLane), lane);
  return _mm256_and_ps(a, _mm256_castsi256_ps(_mm256_andnot_si256(before_first, before_last)));
}

[[gnu::always_inline]] inline float sum(Floats a) {
  const __m128 fours = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 pairs = _mm_add_ps(fours, _mm_movehl_ps(fours, fours));
  return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
}

}  // namespace gqs
