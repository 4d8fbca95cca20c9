// Prepacking for tensor cores: BSR into the tiles that generator/layout.ts (TilesLayout) defines
// bit by bit.
#pragma once

#include <cstdint>

#include "bsr.h"
#include "packed.h"

namespace gqs {

// The fields of TilesLayout.
struct TilesLayoutSpec {
  uint32_t bits = 0;
  uint32_t group_size = 0;
  uint32_t stored_bits = 0;
  uint32_t rows_per_tile = 0;
  uint32_t warps_per_cta = 1;
  uint32_t steps_per_round = 1;

  uint32_t words_per_group() const { return group_size * stored_bits / 32; }
};

// Buffers: values, meta, masks, tasks and rowIds. `units` of the result is the number of groups. The
// matrix must be valid (check_bsr). Throws std::invalid_argument when the layout contradicts itself or the
// matrix, or cannot hold it.
PackedParts prepack_tiles(const BsrView& matrix, const TilesLayoutSpec& layout, uint32_t parts);

}  // namespace gqs
