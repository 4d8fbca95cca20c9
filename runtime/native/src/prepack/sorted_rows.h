// Rows in the order in which they are dealt: by the steps they take, most first and ties by number, and cut
// into slices of rows that a warp multiplies side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

class SortedRows {
 public:
  // A row takes as many steps as 32 / rows_per_slice lanes need for its units, at least one.
  SortedRows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice);

  uint32_t rows() const { return static_cast<uint32_t>(longest_first_.size()); }
  uint32_t rows_per_slice() const { return rows_per_slice_; }
  uint32_t slices() const { return (rows() + rows_per_slice_ - 1) / rows_per_slice_; }

  // Of the longest row of a slice, its first.
  uint32_t steps(uint32_t slice) const { return steps_[first_row(slice)]; }
  uint32_t first_row(uint32_t slice) const { return longest_first_[size_t{slice} * rows_per_slice_]; }
  // Appends the rows of a slice, kNoRow where it has none.
  void append(uint32_t slice, std::vector<uint32_t>& rows) const;

  // The slice behind the last one that is as long as `slice`.
  uint32_t end_of_length(uint32_t slice) const;

 private:
  uint32_t rows_per_slice_;
  std::vector<uint32_t> steps_;
  std::vector<uint32_t> longest_first_;
};

}  // namespace gqs
