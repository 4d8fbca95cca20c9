#include "row_blocks.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace gqs {

RowBlocks deal_rows(std::span<const int32_t> row_index, uint32_t ctas, uint32_t rows_per_block) {
  const auto rows = static_cast<uint32_t>(row_index.size() - 1);
  const auto length = [&](uint32_t row) { return row_index[row + 1] - row_index[row]; };
  std::vector<uint32_t> longest_first(rows);
  std::iota(longest_first.begin(), longest_first.end(), 0u);
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [&](uint32_t a, uint32_t b) { return length(a) > length(b); });

  const uint32_t blocks = (rows + rows_per_block - 1) / rows_per_block;
  const uint32_t room = (blocks + ctas - 1) / ctas;
  RowBlocks result;
  result.rows_per_cta = room * rows_per_block;
  result.row_ids.assign(size_t{ctas} * result.rows_per_cta, kNoRow);
  result.blocks.assign(ctas, 0);
  using Load = std::pair<uint64_t, uint32_t>;  // groups so far, CTA
  std::vector<Load> idle(ctas);
  for (uint32_t cta = 0; cta < ctas; ++cta) idle[cta] = {0, cta};
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads(std::greater<>{}, std::move(idle));
  for (uint32_t block = 0; block < blocks; ++block) {
    auto [groups, cta] = loads.top();
    loads.pop();
    uint32_t* place =
        result.row_ids.data() + size_t{cta} * result.rows_per_cta + result.blocks[cta] * rows_per_block;
    const uint32_t end = std::min(rows, (block + 1) * rows_per_block);
    for (uint32_t i = block * rows_per_block; i < end; ++i) {
      *place++ = longest_first[i];
      groups += static_cast<uint32_t>(length(longest_first[i]));
    }
    if (++result.blocks[cta] < room) loads.push({groups, cta});
  }
  return result;
}

}  // namespace gqs
