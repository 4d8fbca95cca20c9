// In which order the groups of a row are stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "bsr.h"
#include "prepack_stream.h"

namespace gqs {

// A place of a row that has no group.
constexpr size_t kNoGroup = std::numeric_limits<size_t>::max();

// Where the units of a row lie: `run` of them side by side, the next `run` in the step of 32 units after
// that.
struct RowPlace {
  static constexpr uint32_t kAll = 0xffffffff;

  size_t first = 0;
  uint32_t run = kAll;

  // The place of unit `index` of the row.
  size_t unit(size_t index) const { return first + index / run * 32 + index % run; }

  // The residue, modulo `modulus`, that unit `index` of the row wants of the columns of its groups.
  uint32_t wanted_residue(size_t index, uint32_t lanes_per_group, uint32_t modulus) const {
    const size_t turn = index / run * run;
    return static_cast<uint32_t>((unit(index) + turn) / lanes_per_group % modulus);
  }
};

// Fills `order` with the surviving groups of a row. With layout.bank_slots = 1 they keep their order.
// Otherwise they are dealt so that the slots of x that bank_slots neighbouring units read lie in different
// shared-memory banks, as far as the row's columns allow: the group of unit u gets a column with residue u
// modulo bank_slots (in groups: divided by lanes_per_group on both sides). Rows with fewer units than that
// side by side take turns from step to step. Where groups share a stored scale their runs are dealt whole, a
// last one that is shorter stays the last, and the groups of a run go to any places within it.
void order_groups(const BsrView& matrix, const StreamLayoutSpec& layout, size_t row, const RowPlace& place,
                  std::vector<size_t>& order);

}  // namespace gqs
