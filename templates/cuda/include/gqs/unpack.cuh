// From packed integers to operands. The two orders are those of the stream layout: `pairs` puts neighbouring
// elements into the two halves of a word, for half2 arithmetic; `bytes` puts them into the four bytes, for
// dp4a.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

// The bits of the half-precision number 2^(10 - shift) in both halves of a word. Its last place is 2^-shift,
// so that an integer below 2^(10 - shift), shifted left by `shift`, can be added to it bit by bit.
template <int kShift>
constexpr uint32_t kAnchor = (25u - kShift) << 10 | (25u - kShift) << 26;

// (word & mask) | bits in one instruction; the compiler makes two of it when both are constants.
__device__ __forceinline__ uint32_t and_or(uint32_t word, uint32_t mask, uint32_t bits) {
#if defined(__CUDACC__)
  uint32_t result;
  asm("lop3.b32 %0, %1, %2, %3, 0xea;" : "=r"(result) : "r"(word), "r"(mask), "r"(bits));
  return result;
#else
  return (word & mask) | bits;
#endif
}

// An integer zero point, with all that is read divided by 2^kHalvings.
template <int kHalvings>
struct IntegerZero {
  uint32_t value;
};

// (q - zero) / 2^halvings for one pair, exact in half precision. `kShift` is where the integers lie in each
// half of `word`: with the exponent of 1024 they read as 1024 + q * 2^shift.
template <int kBits, int kShift, int kHalvings>
__device__ __forceinline__ __half2 subtract_zero(uint32_t word, IntegerZero<kHalvings> zero) {
  constexpr uint32_t kMask = ((1u << kBits) - 1u) << kShift;
  const __half2 value = bit_cast<__half2>(and_or(word, kMask | kMask << 16, kAnchor<0>));
  // (2^(10 - shift) + zero) / 2^halvings, in both halves.
  const __half2 offset =
      bit_cast<__half2>(zero.value * (0x00010001u << kShift) + kAnchor<kShift> - kHalvings * 0x04000400u);
  constexpr int kDown = kShift + kHalvings;
  if constexpr (kDown == 0) {
    return __hsub2(value, offset);
  } else {
    const __half2 down = bit_cast<__half2>((15u - kDown) << 10 | (15u - kDown) << 26);
    return __hfma2(value, down, __hneg2(offset));
  }
}

template <int kBits, int kShift>
__device__ __forceinline__ __half2 subtract_zero(uint32_t word, uint32_t zero) {
  return subtract_zero<kBits, kShift>(word, IntegerZero<0>{zero});
}

// A zero point stored as the half-precision number kBase + zero, so that hardly anything is left to compute.
template <int kBits>
struct HalfZero {
  static constexpr int kBase = kBits == 8 ? 1024 : 64;

  __half2 based;  // twice

  // 2^(10 - shift) + zero, in both halves.
  template <int kShift>
  __device__ __forceinline__ __half2 offset() const {
    constexpr int kMissing = (1 << (10 - kShift)) - kBase;
    if constexpr (kMissing == 0) {
      return based;
    } else {
      return __hadd2(based, __float2half2_rn(static_cast<float>(kMissing)));
    }
  }
};

template <int kBits, int kShift>
__device__ __forceinline__ __half2 subtract_zero(uint32_t word, const HalfZero<kBits>& zero) {
  constexpr uint32_t kMask = ((1u << kBits) - 1u) << kShift;
  return __hsub2(bit_cast<__half2>(and_or(word, kMask | kMask << 16, kAnchor<kShift>)),
                 zero.template offset<kShift>());
}

// Pair `kPair` of a unit in order `pairs`, less its zero point: an integer, an IntegerZero or a HalfZero.
template <int kBits, int kPair, typename Zero>
__device__ __forceinline__ __half2 unpack_pair(const uint32_t* words, const Zero& zero) {
  if constexpr (kBits == 4) {
    constexpr int kInWord = kPair % 4;
    return subtract_zero<4, 4 * (kInWord % 2)>(words[kPair / 4] >> (8 * (kInWord / 2)), zero);
  } else if constexpr (kBits == 2) {
    constexpr int kInWord = kPair % 8;
    return subtract_zero<2, 2 * (kInWord % 4)>(words[kPair / 8] >> (8 * (kInWord / 4)), zero);
  } else if constexpr (kBits == 3) {
    constexpr int kInBlock = kPair % 16;
    const uint32_t* block = words + 3 * (kPair / 16);
    if constexpr (kInBlock < 15) {
      constexpr int kInWord = kInBlock % 5;
      return subtract_zero<3, 3 * (kInWord % 3)>(block[kInBlock / 5] >> (9 * (kInWord / 3)), zero);
    } else {
      const uint32_t bits =
          (block[0] >> 15 & 0x00010001u) | (block[1] >> 14 & 0x00020002u) | (block[2] >> 13 & 0x00040004u);
      return subtract_zero<3, 0>(bits, zero);
    }
  } else {
    static_assert(kBits == 8);
    // Bytes 0 and 1, or 2 and 3, into the low bytes of the halves.
    return subtract_zero<8, 0>(__byte_perm(words[kPair / 2], 0u, kPair % 2 == 0 ? 0x4140 : 0x4342), zero);
  }
}

// Quad `kQuad` of a unit in order `bytes`: four unsigned integers, one a byte.
template <int kBits, int kQuad>
__device__ __forceinline__ uint32_t unpack_quad(const uint32_t* words) {
  if constexpr (kBits == 8) {
    return words[kQuad];
  } else if constexpr (kBits == 3) {
    constexpr int kInBlock = kQuad % 8;
    const uint32_t* block = words + 3 * (kQuad / 8);
    if constexpr (kInBlock < 6) {
      return block[kInBlock / 2] >> (3 * (kInBlock % 2)) & 0x07070707u;
    } else {
      constexpr int kLow = kInBlock == 6 ? 0 : 2;
      constexpr int kHighShift = kInBlock == 6 ? 4 : 5;
      return (block[kLow] >> 6 & 0x03030303u) | (block[1] >> kHighShift & 0x04040404u);
    }
  } else {
    constexpr int kQuadsPerWord = 8 / kBits;
    constexpr uint32_t kMask = kBits == 4 ? 0x0f0f0f0fu : 0x03030303u;
    return words[kQuad / kQuadsPerWord] >> (kBits * (kQuad % kQuadsPerWord)) & kMask;
  }
}

}  // namespace gqs
