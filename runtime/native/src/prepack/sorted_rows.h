// Rows in the order in which they are dealt: cut, by the steps they take, into slices of rows that a warp
// multiplies side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

class SortedRows {
 public:
  // A row takes as many steps as 32 / rows_per_slice lanes need for its units, at least one. Most first, ties
  // by number.
  SortedRows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice);

  uint32_t rows() const { return rows_; }
  uint32_t rows_per_slice() const { return rows_per_slice_; }
  uint32_t slices() const { return static_cast<uint32_t>(steps_.size()); }

  // Of the longest row of a slice, its first, unless set_steps() was called.
  uint32_t steps(uint32_t slice) const { return steps_[slice]; }
  uint32_t first_row(uint32_t slice) const { return rows_of(slice).front(); }
  // kNoRow where there is none.
  std::span<const uint32_t> rows_of(uint32_t slice) const {
    return std::span(row_ids_).subspan(size_t{slice} * rows_per_slice_, rows_per_slice_);
  }

  // The slice behind the last one that is as long as `slice`.
  uint32_t end_of_length(uint32_t slice) const;

  // The steps that each slice takes; they are put in order anew, most first.
  void set_steps(std::span<const uint32_t> steps);

 private:
  uint32_t rows_;
  uint32_t rows_per_slice_;
  std::vector<uint32_t> row_ids_;  // slice by slice
  std::vector<uint32_t> steps_;    // of each slice
};

}  // namespace gqs
