#include "stream_partition.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace gqs {
namespace {

constexpr uint64_t kStep = 32;  // units a warp takes at once

}  // namespace

RowBins bins_of_rows(std::span<const uint32_t> units_of_row, uint32_t parts) {
  const size_t rows = units_of_row.size();
  std::vector<uint32_t> longest_first(rows);
  std::iota(longest_first.begin(), longest_first.end(), 0u);
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [&](uint32_t a, uint32_t b) { return units_of_row[a] > units_of_row[b]; });

  using Load = std::pair<uint64_t, uint32_t>;  // work so far, bin
  std::vector<Load> idle(parts);
  for (uint32_t bin = 0; bin < parts; ++bin) idle[bin] = {0, bin};
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads(std::greater<>{}, std::move(idle));
  std::vector<uint32_t> bin_of_row(rows);
  RowBins bins{std::vector<uint32_t>(rows), std::vector<uint32_t>(parts + size_t{1}, 0)};
  for (const uint32_t row : longest_first) {
    const auto [work, bin] = loads.top();
    loads.pop();
    loads.push({work + units_of_row[row] + kStep, bin});
    bin_of_row[row] = bin;
    ++bins.begins[bin + size_t{1}];
  }

  std::partial_sum(bins.begins.begin(), bins.begins.end(), bins.begins.begin());
  std::vector<uint32_t> next(bins.begins.begin(), bins.begins.end() - 1);
  for (uint32_t row = 0; row < rows; ++row) bins.row_ids[next[bin_of_row[row]]++] = row;
  return bins;
}

void fill_tasks(std::span<const uint32_t> row_ptr, uint32_t parts, uint32_t* tasks) {
  const uint64_t units = row_ptr.back();
  const uint64_t steps = (units + kStep - 1) / kStep;
  for (uint64_t share = 0; share <= parts; ++share) {
    const uint64_t unit = std::min(units, kStep * (share * steps / parts));
    // The last row that starts at or before the unit; it cannot be empty, as the next one starts after the
    // unit.
    const auto after = std::upper_bound(row_ptr.begin(), row_ptr.end(), unit);
    const auto row = unit == units ? row_ptr.size() - 1 : static_cast<size_t>(after - row_ptr.begin()) - 1;
    tasks[2 * share] = static_cast<uint32_t>(unit);
    tasks[2 * share + 1] = static_cast<uint32_t>(row);
  }
}

}  // namespace gqs
