// Division of a stream among the warps of a launch, computed once because the pattern is static; that into
// slices of rows is in slices.h.
#pragma once

#include <cstdint>
#include <span>

namespace gqs {

// Units of a stream. They are counted in 32 bits, and kernels also count a little beyond the last one.
constexpr uint64_t kMostUnits = 0xffff'0000;

// Writes parts + 1 pairs {first unit, first row}: equal shares that start at multiples of 32 units; a share
// that starts past the last unit, and the entry after the last share, are {units, rows}.
void fill_tasks(std::span<const uint32_t> row_ptr, uint32_t parts, uint32_t* tasks);

}  // namespace gqs
