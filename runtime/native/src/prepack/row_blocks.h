// Rows dealt to CTAs in blocks, for kernels in which each CTA keeps the sums of all its rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "no_row.h"

namespace gqs {

struct RowBlocks {
  uint32_t rows_per_cta = 0;
  std::vector<uint32_t> row_ids;  // [ctas, rows_per_cta]: kNoRow where there is none
  std::vector<uint32_t> blocks;   // of each CTA
};

// Sorts the rows by length, longest first and ties by number, cuts them into blocks, and deals
// the blocks, each to the CTA with the least so far that has room; no CTA gets more than an even share,
// rounded up, of the blocks.
RowBlocks deal_rows(std::span<const int32_t> row_index, uint32_t ctas, uint32_t rows_per_block);

}  // namespace gqs
