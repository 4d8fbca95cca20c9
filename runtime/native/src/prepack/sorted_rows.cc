#include "sorted_rows.h"

#include <algorithm>
#include <numeric>

#include "no_row.h"

namespace gqs {

SortedRows::SortedRows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice)
    : rows_per_slice_(rows_per_slice), steps_(units_of_row.size()), longest_first_(units_of_row.size()) {
  const uint32_t lanes = 32 / rows_per_slice;
  std::transform(units_of_row.begin(), units_of_row.end(), steps_.begin(),
                 [&](uint32_t units) { return std::max(1u, (units + lanes - 1) / lanes); });
  std::iota(longest_first_.begin(), longest_first_.end(), 0u);
  std::stable_sort(longest_first_.begin(), longest_first_.end(),
                   [&](uint32_t a, uint32_t b) { return steps_[a] > steps_[b]; });
}

void SortedRows::append(uint32_t slice, std::vector<uint32_t>& rows) const {
  const size_t first = size_t{slice} * rows_per_slice_;
  for (size_t i = first; i < first + rows_per_slice_; ++i) {
    rows.push_back(i < longest_first_.size() ? longest_first_[i] : kNoRow);
  }
}

uint32_t SortedRows::end_of_length(uint32_t slice) const {
  uint32_t end = slice + 1;
  while (end < slices() && steps(end) == steps(slice)) ++end;
  return end;
}

}  // namespace gqs
