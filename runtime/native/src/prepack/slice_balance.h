// Which CTA gets how many slices of which length, so that the CTA with the most steps has few.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gqs {

// Slices that take equally many steps.
struct SliceLength {
  uint32_t steps;
  uint32_t slices;
};

struct SliceBalance {
  // Of each length the CTA of each slice, in no particular order.
  std::vector<std::vector<uint32_t>> receivers;
  // Of the CTA that has the most; at least one.
  uint64_t most_steps;
};

// `longest_first`: all lengths. `ctas` CTAs each have room for `room` slices. See StreamPartition in
// generator/layout.ts.
SliceBalance balance_slices(std::span<const SliceLength> longest_first, uint32_t ctas, uint32_t room);

}  // namespace gqs
