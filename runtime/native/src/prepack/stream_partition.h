// Division of a stream among the warps of a launch, computed once because the pattern is static.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

// Units of a stream. They are counted in 32 bits, and kernels also count a little beyond the last one.
constexpr uint64_t kMostUnits = 0xffff'0000;

// Rows of similar length side by side, so that each has its own lanes of a warp.
struct Slices {
  static constexpr uint32_t kNoRow = 0xffffffff;

  uint32_t steps = 0;             // of all CTAs, each as many as the one with the most
  std::vector<uint32_t> begins;   // [slices]: the step at which each slice begins
  std::vector<uint32_t> row_ids;  // [slices, rows_per_slice]: kNoRow where a slice has fewer rows
  std::vector<uint32_t> tables;   // [CTAs, ...]: `slices` in StreamPartition (generator/layout.ts)
};

// Deals the rows, in slices of rows_per_slice, to the CTAs of a launch of `parts` warps, a multiple of
// warps_per_cta: see StreamPartition.
Slices slices_of_rows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice, uint32_t warps_per_cta,
                      uint32_t parts);

// Writes parts + 1 pairs {first unit, first row}: equal shares that start at multiples of 32 units; a share
// that starts past the last unit, and the entry after the last share, are {units, rows}.
void fill_tasks(std::span<const uint32_t> row_ptr, uint32_t parts, uint32_t* tasks);

}  // namespace gqs
