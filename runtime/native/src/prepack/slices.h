// The partition `slices` of a stream: rows of similar length side by side, so that each has its own lanes of
// a warp.
#pragma once

#include <cstdint>
#include <vector>

#include "sorted_rows.h"

namespace gqs {

struct Slices {
  uint32_t steps = 0;                // of all CTAs, each as many as the one with the most
  std::vector<uint32_t> first_unit;  // [rows]
  std::vector<uint32_t> tables;      // [CTAs, ...]: `slices` in StreamPartition (generator/layout.ts)
};

// Deals the slices of rows to the CTAs of a launch of `parts` warps, a multiple of warps_per_cta: see
// StreamPartition.
Slices slices_of_rows(const SortedRows& rows, uint32_t warps_per_cta, uint32_t parts);

}  // namespace gqs
