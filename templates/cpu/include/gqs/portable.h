// Plain C++ for any little-endian processor: vectors of 32 weights, as arrays that a compiler may vectorise.
#pragma once

#include <array>

#include "gqs/step.h"

namespace gqs {

constexpr int kVectorBytes = 32;
constexpr int kLanes = 8;
using Bytes = std::array<uint8_t, kVectorBytes>;
using Ints = std::array<int32_t, kLanes>;
using Floats = std::array<float, kLanes>;

// Distance i of a step is the low nibble of byte i, or, from the middle of the step on, the high nibble of
// byte i - kGroups / 2.
template <int kGroups>
inline uint32_t gap(const uint8_t* gaps, int i) {
  constexpr int kHalf = kGroups > 1 ? kGroups / 2 : 1;
  return (gaps[i % kHalf] >> (i < kHalf ? 0 : 4)) & 15;
}

// Element offsets of the groups of a step from the group before it. Returns the last one.
template <int kGroups, int kGroupSize>
inline uint32_t gap_offsets(const uint8_t* gaps, uint32_t* offsets) {
  uint32_t offset = 0;
  for (int i = 0; i < kGroups; ++i) {
    offset += gap<kGroups>(gaps, i) * kGroupSize;
    offsets[i] = offset;
  }
  return offset;
}

// Element offsets for a step that two rows share: groups [first, middle) go on from `base`, groups
// [middle, last) begin a row. The others get the offset of some group of these. Returns that of the last
// group.
template <int kGroups, int kGroupSize>
inline uint32_t shared_gap_offsets(const uint8_t* gaps, uint32_t base, int first, int middle, int last,
                                   uint32_t* offsets) {
  for (int i = 0; i < kGroups; ++i) {
    if (i == middle) base = 0;
    if (i >= first && i < last) base += gap<kGroups>(gaps, i) * kGroupSize;
    offsets[i] = base;
  }
  return base;
}

// Integers of vector kVector (0 to 3) of a step, one a byte.
template <int kBits, int kVector>
inline Bytes unpack(const uint8_t* values) {
  constexpr int kMask = kBits == 8 ? 255 : kBits == 4 ? 15 : 3;
  constexpr int kShift = kBits == 8 ? 0 : kBits == 4 ? kVector % 2 * 4 : kVector * 2;
  constexpr int kFirst = kBits == 8 ? kVector * kVectorBytes : kBits == 4 ? kVector / 2 * kVectorBytes : 0;
  Bytes q;
  for (int i = 0; i < kVectorBytes; ++i) q[i] = (values[kFirst + i] >> kShift) & kMask;
  if constexpr (kBits == 3) {
    const uint8_t* third = values + kVectorBytes + kVector * kVectorBytes / 8;
    for (int i = 0; i < kVectorBytes; ++i) q[i] |= ((third[i / 8] >> (i % 8)) & 1) << 2;
  }
  return q;
}

// Zero points of vector kVector, one a byte, beside its integers.
template <int kBits, int kGroupSize, int kVector>
inline Bytes zero_points(const uint8_t* zeros) {
  constexpr int kGroups = 4 * kVectorBytes / kGroupSize;
  constexpr int kHalf =
      kBits == 8 || kGroups == 1 ? kGroups : kGroups / 2;  // groups that a nibble list halves to
  Bytes z;
  for (int i = 0; i < kVectorBytes; ++i) {
    const int group = (kVector * kVectorBytes + i) / kGroupSize;
    z[i] = kBits == 8 ? zeros[group] : (zeros[group % kHalf] >> (group < kHalf ? 0 : 4)) & 15;
  }
  return z;
}

// x beside the integers of vector kVector; offsets: those of the step's groups.
template <int kGroupSize, int kVector>
inline Bytes gather_bytes(const int8_t* x, const uint32_t* offsets) {
  constexpr int kPiece = kGroupSize < kVectorBytes ? kGroupSize : kVectorBytes;
  Bytes gathered;
  for (int i = 0; i < kVectorBytes; i += kPiece) {
    const int element = kVector * kVectorBytes + i;
    std::memcpy(&gathered[i], x + offsets[element / kGroupSize] + element % kGroupSize, kPiece);
  }
  return gathered;
}

// sum of (q - z) * x over the four bytes of each lane.
template <int kBits>
inline Ints dot(const Bytes& q, const Bytes& z, const Bytes& x) {
  Ints sums{};
  for (int i = 0; i < kVectorBytes; ++i) sums[i / 4] += (q[i] - z[i]) * static_cast<int8_t>(x[i]);
  return sums;
}

// Weights of quarter kQuarter of a vector as float32, q - z, without their scale.
template <int kBits, int kQuarter>
inline Floats weights(const Bytes& q, const Bytes& z) {
  Floats w;
  for (int i = 0; i < kLanes; ++i)
    w[i] = static_cast<float>(q[kQuarter * kLanes + i] - z[kQuarter * kLanes + i]);
  return w;
}

// x beside quarter kQuarter of vector kVector.
template <int kGroupSize, int kVector, int kQuarter>
inline Floats gather_floats(const float* x, const uint32_t* offsets, const uint8_t* scales) {
  constexpr int kPiece = kGroupSize < kLanes ? kGroupSize : kLanes;
  Floats gathered;
  for (int i = 0; i < kLanes; i += kPiece) {
    const int element = kVector * kVectorBytes + kQuarter * kLanes + i;
    const int group = element / kGroupSize;
    const float* input = group_input(scales, group, x, offsets[group]) + element % kGroupSize;
    std::memcpy(&gathered[i], input, kPiece * sizeof(float));
  }
  return gathered;
}

// The scales of a step as float32, to be spread over lanes.
template <int kGroupSize>
struct Scales {
  static constexpr int kGroups = 4 * kVectorBytes / kGroupSize;
  std::array<float, kGroups> group;

  explicit Scales(const uint8_t* halves) {
    for (int i = 0; i < kGroups; ++i) group[i] = half_to_float(load<uint16_t>(halves + 2 * i));
  }

  // Scale of the group that holds element kElement + lane * kStride of the step, for each lane.
  template <int kElement, int kStride>
  Floats lanes() const {
    Floats spread;
    for (int lane = 0; lane < kLanes; ++lane) spread[lane] = group[(kElement + lane * kStride) / kGroupSize];
    return spread;
  }
};

template <typename T>
inline float to_float(T value) {
  if constexpr (std::is_same_v<T, uint16_t>) return half_to_float(value);
  return static_cast<float>(value);
}

// kLanes consecutive elements as float32: float, float16 (as uint16_t) or int8_t.
template <typename T>
inline Floats load_floats(const T* p) {
  Floats loaded;
  for (int i = 0; i < kLanes; ++i) loaded[i] = to_float(p[i]);
  return loaded;
}

inline Floats zero_floats() { return {}; }

inline Floats to_floats(const Ints& a) {
  Floats converted;
  for (int i = 0; i < kLanes; ++i) converted[i] = static_cast<float>(a[i]);
  return converted;
}

inline Floats multiply(Floats a, const Floats& b) {
  for (int i = 0; i < kLanes; ++i) a[i] *= b[i];
  return a;
}

inline Floats multiply_add(const Floats& a, const Floats& b, Floats c) {
  for (int i = 0; i < kLanes; ++i) c[i] += a[i] * b[i];
  return c;
}

inline Floats add(Floats a, const Floats& b) {
  for (int i = 0; i < kLanes; ++i) a[i] += b[i];
  return a;
}

// Zeros in the lanes i for which kFirstLane + i is not in [first, last).
template <int kFirstLane>
inline Floats keep_lanes(Floats a, int first, int last) {
  for (int i = 0; i < kLanes; ++i) {
    if (kFirstLane + i < first || kFirstLane + i >= last) a[i] = 0;
  }
  return a;
}

inline float sum(const Floats& a) {
  float total = 0;
  for (float value : a) total += value;
  return total;
}

}  // namespace gqs
