// A GQS matrix in memory as the API has it: block sparse rows of 1 x group_size groups.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gqs {

// W [n, k]; a surviving group holds group_size integers q, a scale s and a zero point z: w = (q - z) * s.
// A view: the memory belongs to the caller. `check_bsr` (check_bsr.h) states what a valid one is.
struct BsrView {
  uint32_t n = 0;
  uint32_t k = 0;
  uint32_t bits = 0;        // 2, 3, 4, 8
  uint32_t group_size = 0;  // 4, 8, 16, 32, 64, 128

  const int32_t* row_index = nullptr;  // [n + 1]: first surviving group of each row
  const uint16_t* groups = nullptr;    // [nnz]: group column, ascending within a row
  const uint8_t* values = nullptr;     // [nnz * bytes_per_group()]
  const uint16_t* scales = nullptr;    // [nnz]: float16 bits
  const uint8_t* zeros = nullptr;      // [nnz]: below 2^bits

  size_t nnz() const { return static_cast<size_t>(row_index[n]); }
  uint32_t group_columns() const { return k / group_size; }

  // Integers of one group are one bit stream, low bits first, padded to whole bytes (groups of 4 with 3 bits:
  // 2).
  uint32_t bytes_per_group() const { return (group_size * bits + 7) / 8; }
};

// Unpacks the integers of one surviving group into out[group_size].
inline void unpack_group(const BsrView& matrix, size_t group, uint8_t* out) {
  const uint8_t* packed = matrix.values + group * matrix.bytes_per_group();
  const uint32_t mask = (1u << matrix.bits) - 1;
  uint32_t window = 0;
  uint32_t available = 0;
  for (uint32_t i = 0; i < matrix.group_size; ++i) {
    if (available < matrix.bits) {
      window |= static_cast<uint32_t>(*packed++) << available;
      available += 8;
    }
    out[i] = static_cast<uint8_t>(window & mask);
    window >>= matrix.bits;
    available -= matrix.bits;
  }
}

}  // namespace gqs
