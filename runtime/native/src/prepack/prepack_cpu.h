// Weights in the form that CPU kernels of the row_blocks decomposition read.
#pragma once

#include <cstdint>
#include <string>

#include "bsr.h"
#include "packed.h"

namespace gqs {

// CpuLayout of generator/layout.ts.
//
// Entries: the surviving groups, row after row without gaps between rows. With order "gaps", null entries
// (scale, zero point and integers 0) stand between groups too far apart. Rows may begin and end anywhere in a
// step.
//
// A step is groups_per_step (S) entries. It holds E = S * group_size elements as four vectors of V = E / 4:
// 64 where AVX-512 is meant, 32 elsewhere. Element e of entry j is element j * group_size + e of the step;
// the element of a step at v * V + i is element i of vector v, with integer q.
//
// values, E * bits / 8 bytes a step:
// - 8 bits: byte v * V + i.      4 bits: byte (v / 2) * V + i, bit 4 * (v % 2).      2 bits: byte i, bit 2 *
// v.
// - 3 bits: bits 0-1 as for 2 bits; bit 2 in byte V + v * V / 8 + i / 8, bit i % 8.
//
// meta, one record a step, rounded up to an even number of bytes. A nibble list of S entries is H = max(1, S
// / 2) bytes: entry j < H in the low nibble of byte j, entry j >= H in the high nibble of byte j - H.
// 1. S scales, float16 bits.
// 2. Orders "columns": S group columns, 16 bits each. Orders "gaps": nibble list of distances from the column
// of the
//    entry before, or from column 0 for the first entry of a row.
// 3. Zero points: nibble list, or with 8 bits S bytes.
//
// rowPtr (u32 [n + 1]): first entry of each row.
// tasks (u32 [parts + 1]): first row of each part, such that parts have as equal numbers of entries as rows
// allow. rowConstants (float32 [n]; math "i8" below 8 bits): 128 * sum of (q - z) * s over the row, which a
// kernel that offsets x by 128 subtracts.
struct CpuLayoutSpec {
  uint32_t bits = 0;
  uint32_t group_size = 0;
  uint32_t groups_per_step = 0;
  std::string math;   // "f32", "i8"
  std::string order;  // "columns", "gaps", "columns_padded", "gaps_padded"
};

// `units` of the result is the number of steps. The matrix must be valid (check_bsr).
// Throws std::invalid_argument when the layout is unknown or not for such a matrix.
PackedParts PrepackCpu(const BsrView& matrix, const CpuLayoutSpec& layout, uint32_t parts);

}  // namespace gqs
