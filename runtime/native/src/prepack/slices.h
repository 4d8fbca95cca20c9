// The partition `slices` of a stream: rows of similar length side by side, so that each has its own lanes of
// a warp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

struct Slices {
  uint32_t steps = 0;                // of all CTAs, each as many as the one with the most
  std::vector<uint32_t> first_unit;  // [rows]
  std::vector<uint32_t> tables;      // [CTAs, ...]: `slices` in StreamPartition (generator/layout.ts)
};

// Deals the rows, in slices of rows_per_slice, to the CTAs of a launch of `parts` warps, a multiple of
// warps_per_cta: see StreamPartition.
Slices slices_of_rows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice, uint32_t warps_per_cta,
                      uint32_t parts);

}  // namespace gqs
