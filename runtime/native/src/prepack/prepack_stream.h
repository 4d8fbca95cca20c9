// Prepacking for CUDA: BSR into the stream of units that generator/layout.ts (StreamLayout) defines bit by
// bit.
#pragma once

#include <cstdint>

#include "bsr.h"
#include "packed.h"

namespace gqs {

enum class ElementOrder { kPairs, kBytes };
enum class IndexForm { kPacked, kWide, kNarrow, kWindowed, kShared2, kShared4 };
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
  // Groups that a stored scale is for.
  uint32_t groups_per_scale() const {
    if (index_form == IndexForm::kShared4) return 4;
    return index_form == IndexForm::kShared2 ? 2 : 1;
  }
  // The words of `groups` neighbouring groups.
  size_t meta_words(size_t groups) const {
    return index_form == IndexForm::kPacked || index_form == IndexForm::kWide ? groups : groups / 2;
  }
  // Units of a row that lie side by side in a step, whatever the row; row_ptr and tasks promise only one.
  uint32_t units_along() const { return partition == StreamPartition::kSlices ? 32 / rows_per_slice : 1; }
};

// Buffers: values, meta, columns (index forms narrow and windowed), zeros (wide, narrow, windowed and
// shared2), bases (windowed), rowPtr (unless slices), tasks (partition tasks), slices (partition slices).
// `units` of the result is the unit stride. The matrix must be valid (check_bsr). Throws
// std::invalid_argument when the layout contradicts itself or the matrix, or cannot hold it.
PackedParts prepack_stream(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t parts);

}  // namespace gqs
