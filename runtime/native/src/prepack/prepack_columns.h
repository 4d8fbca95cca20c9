// Prepacking for tensor cores: BSR into the batches that generator/layout.ts (ColumnsLayout) defines bit by
// bit.
#pragma once

#include <cstdint>

#include "bsr.h"
#include "packed.h"

namespace gqs {

// The fields of ColumnsLayout.
struct ColumnsLayoutSpec {
  uint32_t bits = 0;
  uint32_t group_size = 0;
  uint32_t stored_bits = 0;
  uint32_t part_elements = 0;
  uint32_t columns_per_batch = 1;
  uint32_t warps_per_cta = 1;

  uint32_t words_per_lane() const { return part_elements * stored_bits / 64; }
};

// Buffers: values, meta, tasks and rowIds. `units` of the result is the number of batches. The
// matrix must be valid (check_bsr). Throws std::invalid_argument when the layout contradicts itself or the
// matrix, or cannot hold it.
PackedParts prepack_columns(const BsrView& matrix, const ColumnsLayoutSpec& layout, uint32_t parts);

}  // namespace gqs
