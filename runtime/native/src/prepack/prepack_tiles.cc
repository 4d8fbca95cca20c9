#include "prepack_tiles.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "expect.h"
#include "parallel.h"
#include "prepack_stream.h"
#include "row_blocks.h"
#include "unit_bits.h"

namespace gqs {
namespace {

constexpr uint32_t kLanes = 32;
constexpr uint32_t kColumnsPerStep = 4;
constexpr uint32_t kMostPlaneWords = 4;
constexpr uint32_t kContentBits = 16;    // of a meta word: place and zero point
constexpr uint32_t kStepsBehind = 8;     // that kernels may load
constexpr uint64_t kMost = 0xffff'ffff;  // steps are counted in 32 bits
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
  expect(layout.rows_per_tile >= 1 && layout.rows_per_tile <= 1024, "1 to 1024", "layout.rowsPerTile",
         layout.rows_per_tile);
  expect(layout.chunk_columns >= 1 && layout.chunk_columns <= 1024, "1 to 1024", "layout.chunkColumns",
         layout.chunk_columns);
  const uint32_t most_places = 1u << (kContentBits - stored);
  expect(layout.pitch >= layout.chunk_columns && layout.pitch <= most_places / layout.rows_per_tile,
         "at least layout.chunkColumns and at most " + std::to_string(most_places / layout.rows_per_tile),
         "layout.pitch", layout.pitch);
  expect(parts >= 1 && parts <= kMaxParts, "1 to 2^24", "parts", parts);
  expect(layout.warps_per_cta >= 1 && parts % layout.warps_per_cta == 0,
         "a divisor of the " + std::to_string(parts) + " parts", "layout.warpsPerCta", layout.warps_per_cta);
}

uint32_t divide_up(uint32_t value, uint32_t by) { return (value + by - 1) / by; }

// Which chunk a group belongs to.
struct Cut {
  uint32_t warps;
  uint32_t columns_per_warp;
  uint32_t chunks_per_tile;  // of one warp
  uint32_t tiles;
  uint32_t rows_per_tile;
  uint32_t chunk_columns;

  Cut(const BsrView& matrix, const TilesLayoutSpec& layout, uint32_t rows_per_cta)
      : warps(layout.warps_per_cta),
        columns_per_warp(divide_up(divide_up(matrix.group_columns(), kColumnsPerStep), warps) *
                         kColumnsPerStep),
        chunks_per_tile(divide_up(columns_per_warp, layout.chunk_columns)),
        tiles(divide_up(rows_per_cta, layout.rows_per_tile)),
        rows_per_tile(layout.rows_per_tile),
        chunk_columns(layout.chunk_columns) {}

  size_t chunks_per_cta() const { return size_t{warps} * tiles * chunks_per_tile; }
  size_t chunk(uint32_t row_of_cta, uint32_t column) const {
    const uint32_t warp = column / columns_per_warp;
    const size_t tile = size_t{warp} * tiles + row_of_cta / rows_per_tile;
    return tile * chunks_per_tile + column % columns_per_warp / chunk_columns;
  }
  uint32_t column_in_chunk(uint32_t column) const { return column % columns_per_warp % chunk_columns; }
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

// Writes groups to lanes of steps. One per thread, as it holds scratch space.
class GroupEncoder {
 public:
  GroupEncoder(const BsrView& matrix, const TilesLayoutSpec& layout, std::span<const BitPiece> pieces,
               uint32_t* values, uint32_t* meta)
      : matrix_(matrix),
        layout_(layout),
        pieces_(pieces),
        values_(values),
        meta_(meta),
        elements_(matrix.group_size),
        words_(layout.words_per_group()) {}

  void encode(size_t group, uint32_t place, size_t lane) {
    unpack_group(matrix_, group, elements_.data());
    std::fill(words_.begin(), words_.end(), 0u);
    for (const BitPiece& piece : pieces_) {
      const uint32_t bits = (elements_[piece.element] >> piece.from_shift) & piece.mask;
      words_[piece.word] |= bits << piece.to_shift;
    }
    for (size_t word = 0; word < words_.size(); ++word) values_[value_at(lane, word)] = words_[word];
    meta_[lane] =
        uint32_t{matrix_.scales[group]} << 16 | place << layout_.stored_bits | uint32_t{matrix_.zeros[group]};
  }

  void repeat(size_t from, size_t to) {
    for (size_t word = 0; word < words_.size(); ++word) {
      values_[value_at(to, word)] = values_[value_at(from, word)];
    }
    meta_[to] = meta_[from];
  }

 private:
  // `lane`: of all steps.
  size_t value_at(size_t lane, size_t word) const {
    const size_t plane_words = std::min<size_t>(words_.size(), kMostPlaneWords);
    const size_t plane = lane / kLanes * (words_.size() / plane_words) + word / plane_words;
    return (plane * kLanes + lane % kLanes) * plane_words + word % plane_words;
  }

  const BsrView& matrix_;
  const TilesLayoutSpec& layout_;
  std::span<const BitPiece> pieces_;
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

// From the groups of each chunk: 0, the step behind each chunk, and the last one again.
std::vector<uint32_t> end_chunks(std::span<const uint32_t> groups) {
  std::vector<uint32_t> ends{0};
  uint64_t steps = 0;
  for (const uint32_t count : groups) {
    steps += divide_up(count, kLanes);
    expect(steps <= kMost - kStepsBehind, "at most 2^32 - 9", "the steps of the packed matrix", steps);
    ends.push_back(static_cast<uint32_t>(steps));
  }
  ends.push_back(ends.back());
  return ends;
}

void encode_cta(const BsrView& matrix, const TilesLayoutSpec& layout, const RowBlocks& rows, const Cut& cut,
                uint32_t cta, std::span<const uint32_t> ends, GroupEncoder& encoder) {
  const size_t first_chunk = cta * cut.chunks_per_cta();
  std::vector<size_t> next(cut.chunks_per_cta());
  for (size_t chunk = 0; chunk < next.size(); ++chunk)
    next[chunk] = size_t{ends[first_chunk + chunk]} * kLanes;
  visit_groups(matrix, rows, cta, [&](uint32_t row, size_t group) {
    const uint32_t column = matrix.groups[group];
    const uint32_t place = row % cut.rows_per_tile * layout.pitch + cut.column_in_chunk(column);
    encoder.encode(group, place, next[cut.chunk(row, column)]++);
  });
  for (size_t chunk = 0; chunk < next.size(); ++chunk) {
    const size_t end = size_t{ends[first_chunk + chunk + 1]} * kLanes;
    for (size_t lane = next[chunk]; lane < end; ++lane) encoder.repeat(next[chunk] - 1, lane);
  }
}

}  // namespace

PackedParts prepack_tiles(const BsrView& matrix, const TilesLayoutSpec& layout, uint32_t parts) {
  check_layout(matrix, layout, parts);
  const uint32_t ctas = parts / layout.warps_per_cta;
  const RowBlocks rows = deal_rows({matrix.row_index, size_t{matrix.n} + 1}, ctas);
  const Cut cut(matrix, layout, rows.rows_per_cta);

  std::vector<uint32_t> counts(ctas * cut.chunks_per_cta());
  parallel_for(ctas, 1, [&](size_t begin, size_t end) {
    for (size_t cta = begin; cta < end; ++cta) {
      uint32_t* own = counts.data() + cta * cut.chunks_per_cta();
      visit_groups(matrix, rows, static_cast<uint32_t>(cta),
                   [&](uint32_t row, size_t group) { ++own[cut.chunk(row, matrix.groups[group])]; });
    }
  });
  const std::vector<uint32_t> ends = end_chunks(counts);

  PackedParts packed;
  packed.units = ends.back();
  std::copy(ends.begin(), ends.end(), packed.add<uint32_t>("chunkEnds", ends.size()));
  std::copy(rows.row_ids.begin(), rows.row_ids.end(), packed.add<uint32_t>("rowIds", rows.row_ids.size()));
  const size_t lanes = (size_t{packed.units} + kStepsBehind) * kLanes;
  uint32_t* values = packed.add<uint32_t>("values", lanes * layout.words_per_group());
  uint32_t* meta = packed.add<uint32_t>("meta", lanes);
  const std::vector<BitPiece> pieces = group_pieces(layout);
  parallel_for(ctas, 1, [&](size_t begin, size_t end) {
    GroupEncoder encoder(matrix, layout, pieces, values, meta);
    for (size_t cta = begin; cta < end; ++cta) {
      encode_cta(matrix, layout, rows, cut, static_cast<uint32_t>(cta), ends, encoder);
    }
  });
  return packed;
}

}  // namespace gqs
