// Division of a stream among the warps of a launch, computed once because the pattern is static.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

struct RowBins {
  std::vector<uint32_t> row_ids;  // [n]: the row behind each stored row
  std::vector<uint32_t> begins;   // [parts + 1]: first stored row of each bin
};

// Longest processing time first: the longest row left goes to the bin with the least work so far. A row's
// work is its units plus one step of 32, for its partial last step and its reduction. Ties go to the lower
// row and the lower bin; rows within a bin ascend.
RowBins bins_of_rows(std::span<const uint32_t> units_of_row, uint32_t parts);

// Writes parts + 1 pairs {first unit, first row}: equal shares that start at multiples of 32 units; a share
// that starts past the last unit, and the entry after the last share, are {units, rows}.
void fill_tasks(std::span<const uint32_t> row_ptr, uint32_t parts, uint32_t* tasks);

}  // namespace gqs
