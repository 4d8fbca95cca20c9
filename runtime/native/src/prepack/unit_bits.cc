#include "unit_bits.h"

namespace gqs {
namespace {

using Pieces = std::vector<BitPiece>;

BitPiece piece(uint32_t element, uint32_t from_shift, uint32_t mask, uint32_t word, uint32_t to_shift) {
  return {static_cast<uint16_t>(element), static_cast<uint8_t>(from_shift), static_cast<uint8_t>(mask),
          static_cast<uint16_t>(word), static_cast<uint8_t>(to_shift)};
}

// 2, 4 and 8 bits: no integer straddles words.
void add_whole(Pieces& pieces, const StreamLayoutSpec& layout, uint32_t element) {
  const uint32_t per_word = 32 / layout.bits;
  const uint32_t i = element % per_word;
  uint32_t shift = 8 * (i % 4) + layout.bits * (i / 4);
  if (layout.order == ElementOrder::kPairs && layout.bits != 8) shift = layout.bits * (i / 2) + 16 * (i % 2);
  pieces.push_back(piece(element, 0, (1u << layout.bits) - 1, element / per_word, shift));
}

// 3 bits in pairs: 15 pairs lie five to a word; the last pair is spread over the three top bits of each half
// word.
void add_three_pairs(Pieces& pieces, uint32_t element) {
  const uint32_t first_word = element / 32 * 3;
  const uint32_t pair = element % 32 / 2;
  const uint32_t half = 16 * (element % 2);
  if (pair < 15) {
    pieces.push_back(piece(element, 0, 7, first_word + pair / 5, 3 * (pair % 5) + half));
    return;
  }
  for (uint32_t bit = 0; bit < 3; ++bit)
    pieces.push_back(piece(element, bit, 1, first_word + bit, 15 + half));
}

// 3 bits in bytes: six quads lie two to a word; the last two fill the two top bits of each byte.
void add_three_bytes(Pieces& pieces, uint32_t element) {
  const uint32_t first_word = element / 32 * 3;
  const uint32_t quad = element % 32 / 4;
  const uint32_t byte = 8 * (element % 4);
  if (quad < 6) {
    pieces.push_back(piece(element, 0, 7, first_word + quad / 2, byte + 3 * (quad % 2)));
    return;
  }
  pieces.push_back(piece(element, 0, 3, first_word + (quad == 6 ? 0 : 2), byte + 6));
  pieces.push_back(piece(element, 2, 1, first_word + 1, byte + (quad == 6 ? 6 : 7)));
}

}  // namespace

Pieces unit_bit_pieces(const StreamLayoutSpec& layout) {
  Pieces pieces;
  for (uint32_t element = 0; element < layout.unit_elements; ++element) {
    if (layout.bits != 3) {
      add_whole(pieces, layout, element);
    } else if (layout.order == ElementOrder::kPairs) {
      add_three_pairs(pieces, element);
    } else {
      add_three_bytes(pieces, element);
    }
  }
  return pieces;
}

}  // namespace gqs
