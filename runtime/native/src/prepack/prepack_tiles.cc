#include "prepack_tiles.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "expect.h"
#include "half.h"
#include "parallel.h"
#include "prepack_stream.h"
#include "row_blocks.h"
#include "unit_bits.h"

namespace gqs {
namespace {

constexpr uint32_t kColumnsPerStep = 4;
constexpr uint32_t kRowsPerMask = 8;
constexpr uint32_t kRowsPerBlock = 16;
constexpr uint32_t kMostPlaneWords = 4;  // of one load
constexpr uint32_t kMaxParts = 1u << 24;

void check_layout(const BsrView& matrix, const TilesLayoutSpec& layout, uint32_t parts) {
  const uint32_t stored = layout.stored_bits;
  expect(layout.bits == matrix.bits, std::to_string(matrix.bits), "layout.bits", layout.bits);
  expect(layout.group_size == matrix.group_size, std::to_string(matrix.group_size), "layout.groupSize",
         layout.group_size);
  expect((stored == 2 || stored == 4 || stored == 8) && stored >= matrix.bits,
         "2, 4 or 8, at least " + std::to_string(matrix.bits) + ",", "layout.storedBits", stored);
  const uint32_t words = layout.words_per_group();
  expect(
      words >= 1 && words * 32 == layout.group_size * stored && words % std::min(words, kMostPlaneWords) == 0,
      "groups of whole words", "layout.groupSize", layout.group_size);
  expect(layout.rows_per_tile >= kRowsPerBlock && layout.rows_per_tile <= 1024 &&
             layout.rows_per_tile % kRowsPerBlock == 0,
         "a multiple of 16 up to 1024", "layout.rowsPerTile", layout.rows_per_tile);
  expect(parts >= 1 && parts <= kMaxParts, "1 to 2^24", "parts", parts);
  expect(layout.warps_per_cta >= 1 && parts % layout.warps_per_cta == 0,
         "a divisor of the " + std::to_string(parts) + " parts", "layout.warpsPerCta", layout.warps_per_cta);
  expect(layout.steps_per_round >= 1 && layout.steps_per_round <= 1024, "1 to 1024", "layout.stepsPerRound",
         layout.steps_per_round);
}

uint32_t divide_up(uint32_t value, uint32_t by) { return (value + by - 1) / by; }

// Which mask a group belongs to, and which bit of it is the group's.
struct Cut {
  uint32_t warps;
  uint32_t steps;  // of each warp and tile
  uint32_t tiles;
  uint32_t rows_per_tile;

  Cut(const BsrView& matrix, const TilesLayoutSpec& layout, uint32_t rows_per_cta)
      : warps(layout.warps_per_cta),
        steps(layout.steps_per_round *
              divide_up(divide_up(matrix.group_columns(), kColumnsPerStep), warps * layout.steps_per_round)),
        tiles(divide_up(rows_per_cta, layout.rows_per_tile)),
        rows_per_tile(layout.rows_per_tile) {}

  size_t masks_per_warp() const { return size_t{tiles} * steps * (rows_per_tile / kRowsPerMask); }
  size_t masks_per_cta() const { return warps * masks_per_warp(); }
  size_t mask(uint32_t row_of_cta, uint32_t column) const {
    const uint32_t step_of_row = column / kColumnsPerStep;
    const size_t tile = size_t{step_of_row / steps} * tiles + row_of_cta / rows_per_tile;
    const size_t step = tile * steps + step_of_row % steps;
    return step * (rows_per_tile / kRowsPerMask) + row_of_cta % rows_per_tile / kRowsPerMask;
  }
  static uint32_t bit(uint32_t row_of_cta, uint32_t column) {
    return row_of_cta % kRowsPerMask * kColumnsPerStep + column % kColumnsPerStep;
  }
};

// Calls visit(row of the CTA, group) for the groups of a CTA, in the order of rows, then columns.
template <typename Visit>
void visit_groups(const BsrView& matrix, const RowBlocks& rows, uint32_t cta, Visit&& visit) {
  for (uint32_t i = 0; i < rows.rows_per_cta; ++i) {
    const uint32_t row = rows.row_ids[size_t{cta} * rows.rows_per_cta + i];
    if (row == kNoRow) continue;
    const auto end = static_cast<size_t>(matrix.row_index[row + 1]);
    for (auto group = static_cast<size_t>(matrix.row_index[row]); group < end; ++group) visit(i, group);
  }
}

// Writes groups to their places. One per thread, as it holds scratch space.
class GroupEncoder {
 public:
  GroupEncoder(const BsrView& matrix, const TilesLayoutSpec& layout, std::span<const BitPiece> pieces,
               uint32_t* values, uint32_t* meta)
      : matrix_(matrix),
        pieces_(pieces),
        zero_base_(layout.stored_bits == 8 ? 1024.0f : 64.0f),
        values_(values),
        meta_(meta),
        elements_(matrix.group_size),
        words_(layout.words_per_group()) {}

  void encode(size_t group, size_t place) {
    unpack_group(matrix_, group, elements_.data());
    std::fill(words_.begin(), words_.end(), 0u);
    for (const BitPiece& piece : pieces_) {
      const uint32_t bits = (elements_[piece.element] >> piece.from_shift) & piece.mask;
      words_[piece.word] |= bits << piece.to_shift;
    }
    std::copy(words_.begin(), words_.end(), values_ + place * words_.size());
    const uint16_t zero = float_to_half(zero_base_ + static_cast<float>(matrix_.zeros[group]));
    meta_[place] = uint32_t{matrix_.scales[group]} << 16 | zero;
  }

 private:
  const BsrView& matrix_;
  std::span<const BitPiece> pieces_;
  float zero_base_;
  uint32_t* values_;
  uint32_t* meta_;
  std::vector<uint8_t> elements_;
  std::vector<uint32_t> words_;
};

std::vector<BitPiece> group_pieces(const TilesLayoutSpec& layout) {
  StreamLayoutSpec unit;
  unit.bits = layout.stored_bits;
  unit.unit_elements = layout.group_size;
  unit.order = ElementOrder::kPairs;
  return unit_bit_pieces(unit);
}

// Where the groups of each mask begin; the groups of a CTA begin at `first`.
std::vector<uint32_t> place_groups(std::span<const uint32_t> masks, uint32_t first) {
  std::vector<uint32_t> begins(masks.size());
  for (size_t i = 0; i < masks.size(); ++i) {
    begins[i] = first;
    first += static_cast<uint32_t>(std::popcount(masks[i]));
  }
  return begins;
}

}  // namespace

PackedParts prepack_tiles(const BsrView& matrix, const TilesLayoutSpec& layout, uint32_t parts) {
  check_layout(matrix, layout, parts);
  const uint32_t ctas = parts / layout.warps_per_cta;
  const RowBlocks rows = deal_rows({matrix.row_index, size_t{matrix.n} + 1}, ctas, kRowsPerBlock);
  const Cut cut(matrix, layout, rows.rows_per_cta);

  PackedParts packed;
  packed.units = static_cast<uint32_t>(matrix.row_index[matrix.n]);
  std::copy(rows.row_ids.begin(), rows.row_ids.end(), packed.add<uint32_t>("rowIds", rows.row_ids.size()));
  const size_t masks_per_cta = cut.masks_per_cta();
  const std::span<uint32_t> masks(packed.add<uint32_t>("masks", ctas * masks_per_cta), ctas * masks_per_cta);
  std::vector<uint32_t> groups(ctas);
  parallel_for(ctas, 1, [&](size_t begin, size_t end) {
    for (size_t cta = begin; cta < end; ++cta) {
      const std::span<uint32_t> own = masks.subspan(cta * masks_per_cta, masks_per_cta);
      visit_groups(matrix, rows, static_cast<uint32_t>(cta), [&](uint32_t row, size_t group) {
        own[cut.mask(row, matrix.groups[group])] |= 1u << Cut::bit(row, matrix.groups[group]);
        ++groups[cta];
      });
    }
  });
  std::vector<uint32_t> first(ctas);
  std::exclusive_scan(groups.begin(), groups.end(), first.begin(), 0u);

  uint32_t* tasks = packed.add<uint32_t>("tasks", size_t{parts} * 2);
  const size_t places = size_t{packed.units} + 1;  // the first one is of zeros
  uint32_t* values = packed.add<uint32_t>("values", places * layout.words_per_group());
  uint32_t* meta = packed.add<uint32_t>("meta", places);
  const std::vector<BitPiece> pieces = group_pieces(layout);
  parallel_for(ctas, 1, [&](size_t begin, size_t end) {
    GroupEncoder encoder(matrix, layout, pieces, values, meta);
    for (size_t cta = begin; cta < end; ++cta) {
      const std::span<const uint32_t> own = masks.subspan(cta * masks_per_cta, masks_per_cta);
      const std::vector<uint32_t> begins = place_groups(own, first[cta]);
      for (uint32_t warp = 0; warp < cut.warps; ++warp) {
        uint32_t* task = tasks + (cta * cut.warps + warp) * 2;
        task[0] = begins[warp * cut.masks_per_warp()];
        task[1] = rows.blocks[cta];
      }
      visit_groups(matrix, rows, static_cast<uint32_t>(cta), [&](uint32_t row, size_t group) {
        const size_t mask = cut.mask(row, matrix.groups[group]);
        const uint32_t before = own[mask] & ((1u << Cut::bit(row, matrix.groups[group])) - 1);
        encoder.encode(group, size_t{begins[mask]} + std::popcount(before) + 1);
      });
    }
  });
  return packed;
}

}  // namespace gqs
