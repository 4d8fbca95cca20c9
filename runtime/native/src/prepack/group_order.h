// In which order the groups of a row are stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bsr.h"
#include "prepack_stream.h"

namespace gqs {

// Fills `order` with the surviving groups of a row whose first unit is `unit`. With layout.bank_slots = 1
// they keep their order. Otherwise they are dealt so that the slots of x that bank_slots neighbouring units
// read lie in different shared-memory banks, as far as the row's columns allow: the group of unit u gets a
// column with residue u modulo bank_slots (in groups: divided by lanes_per_group on both sides).
void order_groups(const BsrView& matrix, const StreamLayoutSpec& layout, size_t row, size_t unit,
                  std::vector<size_t>& order);

}  // namespace gqs
