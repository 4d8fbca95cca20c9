// AVX-512 (F, BW, VL, DQ) with F16C: vectors of 64 weights.
#pragma once

#include <immintrin.h>

#include <array>

#include "gqs/step.h"
#include "gqs/x86_gaps.h"

namespace gqs {

using Bytes = __m512i;  // 64 x 8 bits
using Ints = __m512i;   // 16 x 32 bits
using Floats = __m512;  // 16 x float32
constexpr int kVectorBytes = 64;
constexpr int kLanes = 16;

[[gnu::always_inline]] inline __m512i load_bytes(const void* p) { return _mm512_loadu_si512(p); }
[[gnu::always_inline]] inline __m128i load_16(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}
[[gnu::always_inline]] inline __m256i load_32(const void* p) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}

// The kCount (a power of two up to 16) bytes at p in each 128-bit lane, repeated.
template <int kCount>
[[gnu::always_inline]] inline __m512i broadcast_bytes(const uint8_t* p) {
  if constexpr (kCount == 1) return _mm512_set1_epi8(load<char>(p));
  if constexpr (kCount == 2) return _mm512_set1_epi16(load<int16_t>(p));
  if constexpr (kCount == 4) return _mm512_set1_epi32(load<int32_t>(p));
  if constexpr (kCount == 8) return _mm512_set1_epi64(load<int64_t>(p));
  if constexpr (kCount == 16) return _mm512_broadcast_i32x4(load_16(p));
}

// Integers of vector kVector (0 to 3) of a step, one a byte.
template <int kBits, int kVector>
[[gnu::always_inline]] inline Bytes unpack(const uint8_t* values) {
  if constexpr (kBits == 8) return load_bytes(values + kVector * 64);
  if constexpr (kBits == 4) {
    const __m512i packed = load_bytes(values + kVector / 2 * 64);
    return _mm512_and_si512(kVector % 2 == 0 ? packed : _mm512_srli_epi16(packed, 4), _mm512_set1_epi8(15));
  }
  const __m512i packed = load_bytes(values);
  const __m512i low =
      _mm512_and_si512(kVector == 0 ? packed : _mm512_srli_epi16(packed, 2 * kVector), _mm512_set1_epi8(3));
  if constexpr (kBits == 2) return low;
  // The third bits of a vector are a mask.
  const __mmask64 third = load<uint64_t>(values + 64 + 8 * kVector);
  return _mm512_mask_add_epi8(low, third, low, _mm512_set1_epi8(4));
}

// Shuffle of the bytes of a 128-bit lane that gives element e the byte first + e / group_size.
struct GroupOfByte {
  alignas(64) std::array<uint8_t, 64> index;
  constexpr GroupOfByte(int group_size, int first) : index() {
    for (int e = 0; e < 64; ++e) index[e] = static_cast<uint8_t>(first + e / group_size);
  }
};

// Zero points of vector kVector, one a byte, beside its integers.
template <int kBits, int kGroupSize, int kVector>
[[gnu::always_inline]] inline Bytes zero_points(const uint8_t* zeros) {
  constexpr int kGroups = 4 * kVectorBytes / kGroupSize;
  constexpr int kHalf = kBits == 8 ? kGroups : kGroups / 2;  // groups that one nibble of the bytes is for
  constexpr int kFirst = kVector * kVectorBytes / kGroupSize;
  constexpr int kChunk = kHalf < 16 ? kHalf : 16;
  constexpr int kByte = kFirst % kHalf;
  static constexpr GroupOfByte kShuffle(kGroupSize, kByte % kChunk);
  const __m512i packed = broadcast_bytes<kChunk>(zeros + kByte / kChunk * kChunk);
  const __m512i group_of_byte = _mm512_load_si512(kShuffle.index.data());
  if constexpr (kBits == 8) return _mm512_shuffle_epi8(packed, group_of_byte);
  const __m512i nibble =
      _mm512_and_si512(kFirst < kHalf ? packed : _mm512_srli_epi16(packed, 4), _mm512_set1_epi8(15));
  return _mm512_shuffle_epi8(nibble, group_of_byte);
}

// x beside the integers of vector kVector; offsets: those of the step's groups.
template <int kGroupSize, int kVector>
[[gnu::always_inline]] inline Bytes gather_bytes(const int8_t* x, const uint32_t* offsets) {
  constexpr int kFirst = kVector * kVectorBytes / kGroupSize;
  const uint32_t* offset = offsets + kFirst;
  if constexpr (kGroupSize == 4) return _mm512_i32gather_epi32(load_bytes(offset), x, 1);
  if constexpr (kGroupSize == 8) return _mm512_i32gather_epi64(load_32(offset), x, 1);
  if constexpr (kGroupSize == 16) {
    const __m256i low =
        _mm256_inserti128_si256(_mm256_castsi128_si256(load_16(x + offset[0])), load_16(x + offset[1]), 1);
    const __m256i high =
        _mm256_inserti128_si256(_mm256_castsi128_si256(load_16(x + offset[2])), load_16(x + offset[3]), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
  }
  if constexpr (kGroupSize == 32) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(load_32(x + offset[0])), load_32(x + offset[1]), 1);
  }
  return load_bytes(x + offset[0] + kVector * kVectorBytes % kGroupSize);
}

// Weights of quarter kQuarter of a vector as float32, q - z, without their scale.
template <int kBits, int kQuarter>
[[gnu::always_inline]] inline Floats weights(Bytes q, Bytes z) {
  if constexpr (kBits == 8) {
    const __m512i wide = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(q, kQuarter));
    const __m512i wide_zero = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(z, kQuarter));
    return _mm512_cvtepi32_ps(_mm512_sub_epi32(wide, wide_zero));
  }
  const __m512i difference = _mm512_sub_epi8(q, z);
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm512_extracti32x4_epi32(difference, kQuarter)));
}

// x beside quarter kQuarter of vector kVector.
template <int kGroupSize, int kVector, int kQuarter>
[[gnu::always_inline]] inline Floats gather_floats(const float* x, const uint32_t* offsets,
                                                   const uint8_t* scales) {
  constexpr int kElement = kVector * kVectorBytes + kQuarter * kLanes;
  constexpr int kGroup = kElement / kGroupSize;
  const auto input = [&](int i) { return group_input(scales, kGroup + i, x, offsets[kGroup + i]); };
  if constexpr (kGroupSize == 4) {
    const __m512 first = _mm512_castps128_ps512(_mm_loadu_ps(input(0)));
    const __m512 second = _mm512_insertf32x4(first, _mm_loadu_ps(input(1)), 1);
    const __m512 third = _mm512_insertf32x4(second, _mm_loadu_ps(input(2)), 2);
    return _mm512_insertf32x4(third, _mm_loadu_ps(input(3)), 3);
  }
  if constexpr (kGroupSize == 8) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(input(0))), _mm256_loadu_ps(input(1)),
                              1);
  }
  return _mm512_loadu_ps(input(0) + kElement % kGroupSize);
}

// The scales of a step as float32, to be spread over lanes.
template <int kGroupSize>
struct Scales {
  static constexpr int kGroups = 4 * kVectorBytes / kGroupSize;
  Floats part[(kGroups + kLanes - 1) / kLanes];

  [[gnu::always_inline]] explicit Scales(const uint8_t* halves) {
    if constexpr (kGroups == 2) part[0] = _mm512_cvtph_ps(_mm256_set1_epi32(load<int32_t>(halves)));
    if constexpr (kGroups == 4) part[0] = _mm512_cvtph_ps(_mm256_set1_epi64x(load<int64_t>(halves)));
    if constexpr (kGroups == 8) part[0] = _mm512_cvtph_ps(_mm256_broadcastsi128_si256(load_16(halves)));
    if constexpr (kGroups >= 16) {
      for (int i = 0; i < kGroups / 16; ++i) part[i] = _mm512_cvtph_ps(load_32(halves + 32 * i));
    }
  }

  // Scale of the group that holds element kElement + lane * kStride of the step, for each lane.
  template <int kElement, int kStride>
  [[gnu::always_inline]] Floats lanes() const {
    constexpr int kFirst = kElement / kGroupSize;
    if constexpr (kStride == kGroupSize) return part[kFirst / kLanes];
    static constexpr GroupOfLane kIndex(kGroupSize, kStride, kFirst % kLanes);
    return _mm512_permutexvar_ps(_mm512_load_si512(kIndex.index.data()), part[kFirst / kLanes]);
  }

 private:
  struct GroupOfLane {
    alignas(64) std::array<int32_t, kLanes> index;
    constexpr GroupOfLane(int group_size, int stride, int first) : index() {
      for (int lane = 0; lane < kLanes; ++lane) index[lane] = first + lane * stride / group_size;
    }
  };
};

// kLanes consecutive elements as float32.
[[gnu::always_inline]] inline Floats load_floats(const float* p) { return _mm512_loadu_ps(p); }
[[gnu::always_inline]] inline Floats load_floats(const uint16_t* halves) {
  return _mm512_cvtph_ps(load_32(halves));
}
[[gnu::always_inline]] inline Floats load_floats(const int8_t* p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(load_16(p)));
}

[[gnu::always_inline]] inline Floats zero_floats() { return _mm512_setzero_ps(); }
[[gnu::always_inline]] inline Floats to_floats(Ints a) { return _mm512_cvtepi32_ps(a); }
[[gnu::always_inline]] inline Floats multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
[[gnu::always_inline]] inline Floats multiply_add(Floats a, Floats b, Floats c) {
  return _mm512_fmadd_ps(a, b, c);
}
[[gnu::always_inline]] inline Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }

// Zeros in the lanes i for which kFirstLane + i is not in [first, last).
template <int kFirstLane>
[[gnu::always_inline]] inline Floats keep_lanes(Floats a, int first, int last) {
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i distance = _mm512_sub_epi32(lane, _mm512_set1_epi32(first - kFirstLane));
  return _mm512_maskz_mov_ps(_mm512_cmplt_epu32_mask(distance, _mm512_set1_epi32(last - first)), a);
}

[[gnu::always_inline]] inline float sum(Floats a) { return _mm512_reduce_add_ps(a); }

}  // namespace gqs
