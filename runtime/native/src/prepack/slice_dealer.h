// Deals slices of rows to CTAs: all get equally many steps, and each gets rows that lie near one another.
#pragma once

#include <cstdint>
#include <vector>

#include "sorted_rows.h"

namespace gqs {

class SliceDealer {
 public:
  // Deals all slices to `ctas` CTAs, of which each has room for `room`: see StreamPartition in
  // generator/layout.ts.
  SliceDealer(const SortedRows& rows, uint32_t ctas, uint32_t room);

  // Longest first.
  const std::vector<uint32_t>& slices_of(uint32_t cta) const { return ctas_[cta].slices; }
  // Of the CTA that has the most; at least one.
  uint64_t most_steps() const { return most_steps_; }

 private:
  struct Cta {
    std::vector<uint32_t> slices;
    uint32_t handed_out = 0;     // slices
    uint64_t first_row_sum = 0;  // of them
  };
  // Slices [first, last) are of one length: which of these CTAs gets which of them does not matter to
  // balance.
  struct Length {
    uint32_t first;
    uint32_t last;
    std::vector<uint32_t> receivers;  // one of each slice
  };

  void hand_out(Length& length);
  void take_back(const Length& length);
  void order_by_place(std::vector<uint32_t>& receivers) const;

  const SortedRows& rows_;
  std::vector<Cta> ctas_;
  uint64_t most_steps_;
};

}  // namespace gqs
