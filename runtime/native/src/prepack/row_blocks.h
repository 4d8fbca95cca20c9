// Rows dealt in blocks to their owners, CTAs or teams of warps, that keep the sums of all their rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

constexpr uint32_t kRowBlock = 8;
constexpr uint32_t kNoRow = 0xffffffff;

struct RowBlocks {
  uint32_t rows_per_owner = 0;
  std::vector<uint32_t> row_ids;  // [owners, rows_per_owner]: kNoRow where there is none
};

// Sorts the rows by length, longest first and ties by number, cuts them into blocks of kRowBlock, and deals
// the blocks, each to the owner with the least so far that has room; none gets more than an even share,
// rounded up, of the blocks.
RowBlocks deal_rows(std::span<const int32_t> row_index, uint32_t owners);

}  // namespace gqs
