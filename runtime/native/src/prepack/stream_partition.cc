#include "stream_partition.h"

#include <algorithm>

namespace gqs {
namespace {

constexpr uint64_t kStep = 32;  // units a warp takes at once

}  // namespace

void fill_tasks(std::span<const uint32_t> row_ptr, uint32_t parts, uint32_t* tasks) {
  const uint64_t units = row_ptr.back();
  const uint64_t steps = (units + kStep - 1) / kStep;
  for (uint64_t share = 0; share <= parts; ++share) {
    const uint64_t unit = std::min(units, kStep * (share * steps / parts));
    // The last row that starts at or before the unit; it cannot be empty, as the next one starts after the
    // unit.
    const auto after = std::upper_bound(row_ptr.begin(), row_ptr.end(), unit);
    const auto row = unit == units ? row_ptr.size() - 1 : static_cast<size_t>(after - row_ptr.begin()) - 1;
    tasks[2 * share] = static_cast<uint32_t>(unit);
    tasks[2 * share + 1] = static_cast<uint32_t>(row);
  }
}

}  // namespace gqs
