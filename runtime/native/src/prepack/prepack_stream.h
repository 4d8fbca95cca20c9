// Prepacking for CUDA: BSR into the stream of units that generator/layout.ts (StreamLayout) defines bit by
// bit.
#pragma once

#include <cstdint>

#include "bsr.h"
#include "packed.h"

namespace gqs {

enum class ElementOrder { kPairs, kBytes };
enum class IndexForm { kPacked, kWide, kNarrow };
enum class StreamPartition { kRows, kTasks, kSlices };

// The fields of StreamLayout.
struct StreamLayoutSpec {
  uint32_t bits = 0;
  uint32_t group_size = 0;
  uint32_t unit_elements = 0;
  uint32_t chunk_elements = 0;
  uint32_t groups_per_unit = 0;
  uint32_t lanes_per_group = 0;
  uint32_t planes = 0;
  uint32_t vector_words = 0;
  uint32_t bank_slots = 1;
  ElementOrder order = ElementOrder::kPairs;
  IndexForm index_form = IndexForm::kPacked;
  StreamPartition partition = StreamPartition::kRows;
  uint32_t rows_per_slice = 1;  // partition slices only
  uint32_t warps_per_cta = 1;

  uint32_t words_per_unit() const { return unit_elements * bits / 32; }
  // The words of `groups` neighbouring groups.
  size_t meta_words(size_t groups) const { return index_form == IndexForm::kNarrow ? groups / 2 : groups; }
};

// Buffers: values, meta, columns (index form narrow), zeros (wide and narrow), rowPtr (unless slices), tasks
// (partitions tasks and slices), sliceEnds and rowIds (partition slices). `units` of the result is the unit
// stride. The matrix must be valid (check_bsr). Throws std::invalid_argument when the layout contradicts
// itself or the matrix, or cannot hold it.
PackedParts prepack_stream(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t parts);

}  // namespace gqs
