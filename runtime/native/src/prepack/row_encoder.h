// Rows of a matrix into units of a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bsr.h"
#include "group_order.h"
#include "prepack_stream.h"
#include "unit_bits.h"

namespace gqs {

// Where the encoded units go.
struct StreamSinks {
  uint32_t* values;
  uint32_t* meta;
  uint8_t* columns;  // index forms narrow and windowed
  uint8_t* zeros;    // index forms wide, narrow, windowed and shared2
  uint16_t* bases;   // index form windowed: of each step
  size_t unit_stride;
};

// One per thread, as it holds scratch space. What it is made of must outlive it.
class RowEncoder {
 public:
  RowEncoder(const BsrView& matrix, const StreamLayoutSpec& layout, std::span<const BitPiece> pieces,
             const StreamSinks& sinks);

  // order: the groups of a row as they are stored, kNoGroup where there is none.
  void encode_row(std::span<const size_t> order, const RowPlace& place);

 private:
  void put_meta(size_t group, size_t at);
  // From which the columns of a step are counted.
  uint32_t base_of_step(size_t step) const;
  void put_half_zero(size_t group, size_t at);
  void put_values(uint32_t lane, size_t unit);
  const uint8_t* lane_elements(uint32_t lane);

  const BsrView& matrix_;
  const StreamLayoutSpec& layout_;
  std::span<const BitPiece> pieces_;
  const StreamSinks& sinks_;
  std::vector<uint8_t> elements_;  // the whole groups at hand
  std::vector<uint8_t> unit_;      // one lane's share of a group
  std::vector<uint32_t> words_;
};

}  // namespace gqs
