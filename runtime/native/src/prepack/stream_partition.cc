#include "stream_partition.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <stdexcept>
#include <string>
#include <utility>

namespace gqs {
namespace {

constexpr uint64_t kStep = 32;  // units a warp takes at once
constexpr uint64_t kMostSteps = kMostUnits / kStep;

// Slices sorted by length in another order: the longest, the shortest, the second longest, ... As many end in
// each stretch of steps, so that no warp of a CTA has many more results to add up than the others.
std::vector<uint32_t> long_beside_short(std::span<const uint32_t> longest_first) {
  std::vector<uint32_t> mixed;
  size_t first = 0;
  size_t last = longest_first.size();
  while (first < last) {
    mixed.push_back(longest_first[first++]);
    if (first < last) mixed.push_back(longest_first[--last]);
  }
  return mixed;
}

}  // namespace

Slices slices_of_rows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice, uint32_t warps_per_cta,
                      uint32_t parts) {
  const auto rows = static_cast<uint32_t>(units_of_row.size());
  const uint32_t lanes = static_cast<uint32_t>(kStep) / rows_per_slice;
  const auto steps_of_row = [&](uint32_t row) {
    return std::max(1u, (units_of_row[row] + lanes - 1) / lanes);
  };
  std::vector<uint32_t> longest_first(rows);
  std::iota(longest_first.begin(), longest_first.end(), 0u);
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [&](uint32_t a, uint32_t b) { return steps_of_row(a) > steps_of_row(b); });
  const auto steps_of = [&](uint32_t slice) { return steps_of_row(longest_first[slice * rows_per_slice]); };

  const uint32_t count = (rows + rows_per_slice - 1) / rows_per_slice;
  const uint32_t ctas = parts / warps_per_cta;
  using Load = std::pair<uint64_t, uint32_t>;  // steps so far, CTA
  std::vector<Load> idle(ctas);
  for (uint32_t cta = 0; cta < ctas; ++cta) idle[cta] = {0, cta};
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads(std::greater<>{}, std::move(idle));
  std::vector<std::vector<uint32_t>> slices_of_cta(ctas);
  uint64_t most = 1;
  for (uint32_t slice = 0; slice < count; ++slice) {
    const auto [steps, cta] = loads.top();
    loads.pop();
    slices_of_cta[cta].push_back(slice);
    loads.push({steps + steps_of(slice), cta});
    most = std::max(most, steps + steps_of(slice));
  }

  if (most * ctas > kMostSteps) {
    throw std::invalid_argument("Expected at most " + std::to_string(kMostSteps) +
                                " steps for the packed matrix but received " + std::to_string(most * ctas));
  }
  Slices result;
  result.steps = static_cast<uint32_t>(most * ctas);
  for (uint32_t cta = 0; cta < ctas; ++cta) {
    const auto first_step = static_cast<uint32_t>(cta * most);
    auto slice = static_cast<uint32_t>(result.begins.size());
    uint32_t end = first_step;
    for (const uint32_t taken : long_beside_short(slices_of_cta[cta])) {
      for (uint32_t i = taken * rows_per_slice; i < (taken + 1) * rows_per_slice; ++i) {
        result.row_ids.push_back(i < rows ? longest_first[i] : Slices::kNoRow);
      }
      result.begins.push_back(end);
      end += steps_of(taken);
      result.ends.push_back(end);
    }
    const auto share_begin = [&](uint64_t warp) {
      return first_step + static_cast<uint32_t>(warp * most / warps_per_cta);
    };
    uint32_t owner = 0;  // the warp in which the slice begins
    for (uint32_t warp = 0; warp < warps_per_cta; ++warp) {
      const uint32_t begin = share_begin(warp);
      const uint32_t share_end = std::max(begin, std::min(share_begin(warp + 1), end));
      while (slice < result.ends.size() && result.ends[slice] <= begin) ++slice;
      const bool works = begin < share_end;
      const uint32_t slice_end = works ? result.ends[slice] : 0;
      while (works && share_begin(owner + 1) <= result.begins[slice]) ++owner;
      const uint32_t earlier = works ? warp - owner : 0;
      result.tasks.insert(result.tasks.end(), {slice, share_end, slice_end, earlier});
    }
  }
  // A kernel reads whole pages of them, one page ahead, also from behind the last one.
  const size_t behind = 2 * lanes;
  result.ends.insert(result.ends.end(), behind, 0);
  result.row_ids.insert(result.row_ids.end(), behind * rows_per_slice, Slices::kNoRow);
  return result;
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
