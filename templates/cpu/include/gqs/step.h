// One step of a packed CPU matrix: four vectors of weights, and what belongs to their groups. The bits are
// stated in prepack_cpu.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "gqs/half.h"

namespace gqs {

// How group columns are stored: as they are, 16 bits each, or as 4-bit distances from the group before.
enum class Index { kColumns, kGaps };

// Sizes in bytes of the streams of one step, and offsets within its meta record.
template <int kBits, int kGroupSize, int kVectorBytes, Index kIndex>
struct Step {
  static constexpr int kElements = 4 * kVectorBytes;
  static constexpr int kGroups = kElements / kGroupSize;
  static constexpr int kNibbleBytes = kGroups > 1 ? kGroups / 2 : 1;
  static constexpr int kValueBytes = kElements * kBits / 8;
  static constexpr int kIndexOffset = 2 * kGroups;  // after the scales
  static constexpr int kZeroOffset = kIndexOffset + (kIndex == Index::kGaps ? kNibbleBytes : 2 * kGroups);
  static constexpr int kMetaBytes = (kZeroOffset + (kBits == 8 ? kGroups : kNibbleBytes) + 1) / 2 * 2;
};

// Calls body(i) for i = 0, ..., kCount-1 as compile-time constants.
template <int kCount, typename Body>
[[gnu::always_inline]] inline void unroll(const Body& body) {
  [&]<int... kI>(std::integer_sequence<int, kI...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, kI>{}), ...);
  }
  (std::make_integer_sequence<int, kCount>{});
}

template <typename T>
[[gnu::always_inline]] inline T load(const void* address) {
  T value;
  std::memcpy(&value, address, sizeof value);
  return value;
}

// Keeps an array in memory. Reading offsets back one by one is a load each, which is cheaper than what
// compilers do otherwise: extract them from vector registers.
template <typename T, size_t kCount>
[[gnu::always_inline]] inline void keep_in_memory(T (&array)[kCount]) {
  asm volatile("" : "+m"(array));
}

// Element offsets into x of the groups of a step. kColumns: 16-bit columns.
template <int kGroups, int kGroupSize>
[[gnu::always_inline]] inline void column_offsets(const uint8_t* columns, uint32_t* offsets) {
  uint16_t column[kGroups];
  std::memcpy(column, columns, sizeof column);
  for (int i = 0; i < kGroups; ++i) offsets[i] = column[i] * static_cast<uint32_t>(kGroupSize);
}

// What a group whose scale is 0 reads in place of x: such a group adds nothing, even where x is infinite.
alignas(64) inline constexpr float kZeroGroup[128] = {};

inline const float* group_input(const uint8_t* scales, int group, const float* x, uint32_t offset) {
  return (load<uint16_t>(scales + 2 * group) & 0x7fff) != 0 ? x + offset : kZeroGroup;
}

}  // namespace gqs
