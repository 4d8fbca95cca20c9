#include "row_encoder.h"

#include <algorithm>

namespace gqs {

RowEncoder::RowEncoder(const BsrView& matrix, const StreamLayoutSpec& layout,
                       std::span<const BitPiece> pieces, const StreamSinks& sinks)
    : matrix_(matrix),
      layout_(layout),
      pieces_(pieces),
      sinks_(sinks),
      elements_(std::max(layout.unit_elements, layout.group_size)),
      unit_(layout.unit_elements),
      words_(layout.words_per_unit()) {}

void RowEncoder::encode_row(std::span<const size_t> order, const RowPlace& place) {
  size_t next_unit = 0;
  for (size_t next = 0; next < order.size(); next += layout_.groups_per_unit) {
    const size_t count = std::min<size_t>(layout_.groups_per_unit, order.size() - next);
    const size_t unit = place.unit(next_unit);
    const size_t first_meta = unit / layout_.lanes_per_group * layout_.groups_per_unit;
    std::fill(elements_.begin(), elements_.end(), uint8_t{0});
    for (size_t i = 0; i < count; ++i) {
      const size_t group = order[next + i];
      if (group == kNoGroup) continue;
      unpack_group(matrix_, group, elements_.data() + i * layout_.group_size);
      put_meta(group, first_meta + i);
    }
    for (uint32_t lane = 0; lane < layout_.lanes_per_group; ++lane) put_values(lane, unit + lane);
    next_unit += layout_.lanes_per_group;
  }
}

void RowEncoder::put_meta(size_t group, size_t at) {
  const uint32_t scale = matrix_.scales[group];
  const uint32_t column = matrix_.groups[group];
  const uint32_t zero = matrix_.zeros[group];
  switch (layout_.index_form) {
    case IndexForm::kPacked:
      sinks_.meta[at] = scale << 16 | column << layout_.bits | zero;
      break;
    case IndexForm::kWide:
      sinks_.meta[at] = scale << 16 | column;
      sinks_.zeros[at] = static_cast<uint8_t>(zero);
      break;
    case IndexForm::kNarrow:
    case IndexForm::kWindowed:
      sinks_.meta[at / 2] |= scale << (at % 2 * 16);
      sinks_.columns[at] = static_cast<uint8_t>(column - base_of_step(at / layout_.groups_per_unit / 32));
      put_half_zero(group, at);
      break;
    case IndexForm::kShared2:
      sinks_.meta[at / 2] |= scale << 16 | column << (8 * (at % 2));
      put_half_zero(group, at);
      break;
    case IndexForm::kShared4:
      sinks_.meta[at / 4 * 2] |= scale << 16 | zero << (4 * (at % 4));
      sinks_.meta[at / 4 * 2 + 1] |= column << (8 * (at % 4));
      break;
  }
}

uint32_t RowEncoder::base_of_step(size_t step) const {
  return layout_.index_form == IndexForm::kWindowed ? sinks_.bases[step] : 0;
}

void RowEncoder::put_half_zero(size_t group, size_t at) {
  sinks_.zeros[at / 2] |= static_cast<uint8_t>(matrix_.zeros[group] << (at % 2 * 4));
}

void RowEncoder::put_values(uint32_t lane, size_t unit) {
  const uint8_t* elements = lane_elements(lane);
  std::fill(words_.begin(), words_.end(), 0u);
  for (const BitPiece& piece : pieces_) {
    const uint32_t bits = (elements[piece.element] >> piece.from_shift) & piece.mask;
    words_[piece.word] |= bits << piece.to_shift;
  }
  for (size_t word = 0; word < words_.size(); ++word) {
    const size_t plane = word % layout_.planes;
    const size_t index = word / layout_.planes;
    sinks_.values[(plane * sinks_.unit_stride + unit) * layout_.vector_words + index] = words_[word];
  }
}

// The elements of one unit in order: all of them, or the chunks of a group that belong to one lane.
const uint8_t* RowEncoder::lane_elements(uint32_t lane) {
  if (layout_.lanes_per_group == 1) return elements_.data();
  const uint32_t chunk = layout_.chunk_elements;
  for (uint32_t begin = 0; begin < layout_.unit_elements; begin += chunk) {
    const auto from = elements_.begin() + begin * layout_.lanes_per_group + lane * chunk;
    std::copy_n(from, chunk, unit_.begin() + begin);
  }
  return unit_.data();
}

}  // namespace gqs
