// The groups of rows side by side whose columns are stored with 8 bits, counted from a base of each step:
// index form `windowed` of StreamLayout (generator/layout.ts).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bsr.h"
#include "group_order.h"
#include "prepack_stream.h"
#include "sorted_rows.h"

namespace gqs {

class WindowOrder {
 public:
  // Puts the groups of each slice in order, and tells `rows` how many steps that takes.
  WindowOrder(const BsrView& matrix, const StreamLayoutSpec& layout, SortedRows& rows);

  // The groups of a row, step by step as RowPlace has them; kNoGroup where none is in the window.
  std::span<const size_t> groups_of(size_t row) const { return groups_[row]; }

  // Writes the base of each step of the stream, in which rows have these places.
  void fill_bases(std::span<const RowPlace> places, uint16_t* bases) const;

 private:
  void order_slice(const BsrView& matrix, const StreamLayoutSpec& layout, std::span<const uint32_t> rows);

  std::vector<std::vector<size_t>> groups_;   // of each row
  std::vector<std::vector<uint16_t>> bases_;  // of the steps of each slice, with its first row
};

}  // namespace gqs
