// Where the bits of each integer of a unit go: the element orders of generator/layout.ts as data.
#pragma once

#include <cstdint>
#include <vector>

#include "prepack_stream.h"

namespace gqs {

// Bits `from_shift` and up of element `element`, as many as `mask` has, go to bit `to_shift` of word `word`.
struct BitPiece {
  uint16_t element;
  uint8_t from_shift;
  uint8_t mask;
  uint16_t word;
  uint8_t to_shift;
};

// The pieces of one unit; together they cover every bit of every element once.
std::vector<BitPiece> unit_bit_pieces(const StreamLayoutSpec& layout);

}  // namespace gqs
