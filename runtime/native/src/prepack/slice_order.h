// The order of groups in rows side by side: the units whose x is read at a time, of one row or several, are
// filled together, so that as few slots of x as the columns allow lie in the same shared-memory bank.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bsr.h"
#include "prepack_stream.h"
#include "sorted_rows.h"

namespace gqs {

class SliceOrder {
 public:
  // Whether rows lie side by side and their groups are free to go anywhere: those that share a scale stay
  // together, row by row (order_groups).
  static bool applies_to(const StreamLayoutSpec& layout);

  // The layout has to be one that this applies to.
  SliceOrder(const BsrView& matrix, const StreamLayoutSpec& layout, const SortedRows& rows);

  std::span<const size_t> groups_of(size_t row) const { return groups_[row]; }

 private:
  std::vector<std::vector<size_t>> groups_;  // of each row
};

}  // namespace gqs
