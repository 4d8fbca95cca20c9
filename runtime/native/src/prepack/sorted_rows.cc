#include "sorted_rows.h"

#include <algorithm>
#include <numeric>

#include "no_row.h"

namespace gqs {
namespace {

// Their indices, largest value first and ties by index.
std::vector<uint32_t> largest_first(std::span<const uint32_t> values) {
  std::vector<uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return values[a] > values[b]; });
  return order;
}

}  // namespace

SortedRows::SortedRows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice)
    : rows_(static_cast<uint32_t>(units_of_row.size())), rows_per_slice_(rows_per_slice) {
  const uint32_t lanes = 32 / rows_per_slice;
  std::vector<uint32_t> steps_of_row(rows_);
  std::transform(units_of_row.begin(), units_of_row.end(), steps_of_row.begin(),
                 [&](uint32_t units) { return std::max(1u, (units + lanes - 1) / lanes); });
  row_ids_ = largest_first(steps_of_row);
  for (uint32_t first = 0; first < rows_; first += rows_per_slice) {
    steps_.push_back(steps_of_row[row_ids_[first]]);
  }
  row_ids_.resize(steps_.size() * rows_per_slice, kNoRow);
}

uint32_t SortedRows::end_of_length(uint32_t slice) const {
  uint32_t end = slice + 1;
  while (end < slices() && steps(end) == steps(slice)) ++end;
  return end;
}

void SortedRows::set_steps(std::span<const uint32_t> steps) {
  std::vector<uint32_t> row_ids;
  steps_.clear();
  for (const uint32_t slice : largest_first(steps)) {
    steps_.push_back(steps[slice]);
    const auto rows = rows_of(slice);
    row_ids.insert(row_ids.end(), rows.begin(), rows.end());
  }
  row_ids_ = std::move(row_ids);
}

}  // namespace gqs
