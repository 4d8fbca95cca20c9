#include "prepack_columns.h"

#include <algorithm>
#include <array>
#include <deque>
#include <numeric>
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

constexpr uint32_t kBatchParts = 16;
constexpr uint32_t kRowsPerBlock = 8;
constexpr uint32_t kLanes = 32;
constexpr uint32_t kLanesPerPart = 4;
constexpr uint32_t kBegins = 0x8000;     // of a meta word: the columns move on by one here
constexpr uint32_t kOddColumn = 0x4000;  // of a meta word of batches with two columns
constexpr uint64_t kMost = 0xffff'ffff;  // batches are counted in 32 bits
constexpr uint32_t kMaxParts = 1u << 24;

void check_layout(const BsrView& matrix, const ColumnsLayoutSpec& layout, uint32_t parts) {
  const uint32_t part = layout.part_elements;
  const uint32_t stored = layout.stored_bits;
  expect(layout.bits == matrix.bits, std::to_string(matrix.bits), "layout.bits", layout.bits);
  expect(layout.group_size == matrix.group_size, std::to_string(matrix.group_size), "layout.groupSize",
         layout.group_size);
  expect((stored == 4 || stored == 8) && stored >= matrix.bits,
         "4 or 8, at least " + std::to_string(matrix.bits) + ",", "layout.storedBits", stored);
  expect(part >= 16 && part <= 128 && matrix.group_size % part == 0,
         "16 to 128 and a divisor of the group size " + std::to_string(matrix.group_size),
         "layout.partElements", part);
  expect(parts >= 1 && parts <= kMaxParts, "1 to 2^24", "parts", parts);
  expect(layout.columns_per_batch == 1 || layout.columns_per_batch == 2, "1 or 2", "layout.columnsPerBatch",
         layout.columns_per_batch);
  expect(layout.warps_per_cta >= 1 && parts % layout.warps_per_cta == 0,
         "a divisor of the " + std::to_string(parts) + " parts", "layout.warpsPerCta", layout.warps_per_cta);
}

// A part of a group of one of the rows of a CTA.
struct Part {
  uint32_t row;  // in the CTA
  uint32_t column;
  size_t group;
  uint32_t offset;  // of its first element in the group
};

// The batches of one CTA, column by column.
struct CtaPlan {
  std::vector<uint32_t> columns;  // of each batch: the first one that its parts may be of
  std::vector<Part> parts;        // 16 per batch, in order; null parts have rows from `rows_per_cta` on
};

// The parts of one column of a CTA that have no place yet, by the shared-memory banks of their rows' sums.
class ColumnQueue {
 public:
  void push(const Part& part) { queues_[part.row % kResidues].push_back(part); }
  bool empty() const {
    return std::all_of(queues_.begin(), queues_.end(), [](const Queue& queue) { return queue.empty(); });
  }

  // Moves a part to the end of `out`, whose parts from `begin` on are a batch, and says whether there is one
  // with a row that the batch does not have yet: such that four neighbours get rows with different residues
  // modulo 4, as far as there are such.
  bool move_to(std::vector<Part>& out, size_t begin) {
    std::array<size_t, kResidues> order;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return queues_[a].size() > queues_[b].size(); });
    const size_t wanted = out.size() % kResidues;
    std::stable_partition(order.begin(), order.end(), [&](size_t residue) { return residue == wanted; });
    for (const size_t residue : order) {
      Queue& queue = queues_[residue];
      const auto found = std::find_if(queue.begin(), queue.end(), [&](const Part& part) {
        return std::none_of(out.begin() + static_cast<ptrdiff_t>(begin), out.end(),
                            [&](const Part& other) { return other.row == part.row; });
      });
      if (found == queue.end()) continue;
      out.push_back(*found);
      queue.erase(found);
      return true;
    }
    return false;
  }

 private:
  static constexpr size_t kResidues = 4;
  using Queue = std::deque<Part>;

  std::array<Queue, kResidues> queues_;
};

class ColumnPlanner {
 public:
  ColumnPlanner(const BsrView& matrix, const ColumnsLayoutSpec& layout, const RowBlocks& rows)
      : matrix_(matrix), layout_(layout), rows_(rows), by_column_(size_t{matrix.k} / layout.part_elements) {}

  CtaPlan plan(uint32_t cta) {
    gather(cta);
    CtaPlan result;
    for (uint32_t column = 0; column < by_column_.size(); ++column) {
      // At least one batch: the columns of batches move on by one at a time.
      do {
        add_batch(column, result);
      } while (!by_column_[column].empty());
    }
    return result;
  }

 private:
  void gather(uint32_t cta) {
    const uint32_t part = layout_.part_elements;
    const uint32_t parts_per_group = matrix_.group_size / part;
    for (uint32_t i = 0; i < rows_.rows_per_cta; ++i) {
      const uint32_t row = rows_.row_ids[size_t{cta} * rows_.rows_per_cta + i];
      if (row == kNoRow) continue;
      for (auto group = static_cast<size_t>(matrix_.row_index[row]);
           group < static_cast<size_t>(matrix_.row_index[row + 1]); ++group) {
        for (uint32_t p = 0; p < parts_per_group; ++p) {
          const uint32_t column = matrix_.groups[group] * parts_per_group + p;
          by_column_[column].push({i, column, group, p * part});
        }
      }
    }
  }

  // Parts of the column and, behind them, of the next one where there may be two.
  void add_batch(uint32_t column, CtaPlan& plan) {
    std::vector<Part>& out = plan.parts;
    const size_t begin = out.size();
    const size_t end = std::min<size_t>(by_column_.size(), size_t{column} + layout_.columns_per_batch);
    plan.columns.push_back(column);
    for (size_t own = column; own < end; ++own) {
      while (out.size() - begin < kBatchParts && by_column_[own].move_to(out, begin)) {
      }
    }
    while (out.size() - begin < kBatchParts) {
      out.push_back({rows_.rows_per_cta + static_cast<uint32_t>(out.size() - begin), column, 0, 0});
    }
  }

  const BsrView& matrix_;
  const ColumnsLayoutSpec& layout_;
  const RowBlocks& rows_;
  std::vector<ColumnQueue> by_column_;
};

// Where the batches of all CTAs lie, and what is said of them.
struct Tables {
  uint32_t batches_per_cta = 0;  // room for them
  std::vector<uint32_t> tasks;
  std::vector<std::vector<bool>>
      begins;  // of each CTA: whether the columns move on with a batch, within a warp's share
};

Tables make_tables(std::span<const CtaPlan> plans, uint32_t warps_per_cta) {
  uint64_t room = 0;
  for (const CtaPlan& plan : plans) room = std::max<uint64_t>(room, plan.columns.size());
  expect(room * plans.size() <= kMost, "at most 2^32 - 1", "the batches of the packed matrix",
         room * plans.size());
  expect(room * warps_per_cta <= kMost, "at most 2^32 - 1", "the batches of a CTA times its warps",
         room * warps_per_cta);
  Tables tables;
  tables.batches_per_cta = static_cast<uint32_t>(room);
  for (size_t cta = 0; cta < plans.size(); ++cta) {
    const std::vector<uint32_t>& columns = plans[cta].columns;
    std::vector<bool>& begins = tables.begins.emplace_back(columns.size(), false);
    for (size_t batch = 1; batch < columns.size(); ++batch)
      begins[batch] = columns[batch] != columns[batch - 1];
    for (uint32_t warp = 0; warp < warps_per_cta; ++warp) {
      const uint64_t first = warp * room / warps_per_cta;
      const uint64_t end = std::min<uint64_t>((warp + uint64_t{1}) * room / warps_per_cta, columns.size());
      const bool works = first < end;
      if (works) begins[first] = false;
      tables.tasks.push_back(works ? static_cast<uint32_t>(end - first) : 0);
      tables.tasks.push_back(works ? columns[first] : 0);
    }
  }
  return tables;
}

// Writes the values and meta words of batches. One per thread, as it holds scratch space.
class BatchEncoder {
 public:
  BatchEncoder(const BsrView& matrix, const ColumnsLayoutSpec& layout, std::span<const BitPiece> pieces,
               uint32_t* values, uint32_t* meta)
      : matrix_(matrix),
        layout_(layout),
        pieces_(pieces),
        values_(values),
        meta_(meta),
        groups_(size_t{kBatchParts} * matrix.group_size),
        unit_(layout.part_elements / 2) {}

  void encode(std::span<const Part> parts, size_t batch, bool begins, uint32_t rows_per_cta) {
    const uint32_t size = matrix_.group_size;
    for (uint32_t i = 0; i < kBatchParts; ++i) {
      const Part& part = parts[i];
      const bool null = part.row >= rows_per_cta;
      uint8_t* elements = groups_.data() + size_t{i} * size;
      if (null) {
        std::fill(elements, elements + size, uint8_t{0});
      } else {
        unpack_group(matrix_, part.group, elements);
      }
      const uint32_t content =
          null ? 0 : uint32_t{matrix_.scales[part.group]} << 16 | uint32_t{matrix_.zeros[part.group]};
      const bool odd = layout_.columns_per_batch == 2 && part.column % 2 == 1;
      meta_[batch * kBatchParts + i % 8 * 2 + i / 8] =
          content | part.row << layout_.stored_bits | (odd ? kOddColumn : 0) | (begins ? kBegins : 0);
    }
    const uint32_t quarter = layout_.part_elements / kLanesPerPart;
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      for (uint32_t half = 0; half < 2; ++half) {
        const uint32_t i = half * 8 + lane / kLanesPerPart;
        const uint8_t* from =
            groups_.data() + size_t{i} * size + parts[i].offset + lane % kLanesPerPart * quarter;
        std::copy_n(from, quarter, unit_.begin() + half * quarter);
      }
      uint32_t* words = values_ + (batch * kLanes + lane) * layout_.words_per_lane();
      for (const BitPiece& piece : pieces_) {
        const uint32_t bits = (unit_[piece.element] >> piece.from_shift) & piece.mask;
        words[piece.word] |= bits << piece.to_shift;
      }
    }
  }

 private:
  const BsrView& matrix_;
  const ColumnsLayoutSpec& layout_;
  std::span<const BitPiece> pieces_;
  uint32_t* values_;
  uint32_t* meta_;
  std::vector<uint8_t> groups_;
  std::vector<uint8_t> unit_;
};

std::vector<BitPiece> lane_pieces(const ColumnsLayoutSpec& layout) {
  StreamLayoutSpec unit;
  unit.bits = layout.stored_bits;
  unit.unit_elements = layout.part_elements / 2;
  unit.order = ElementOrder::kPairs;
  return unit_bit_pieces(unit);
}

void add_table(PackedParts& packed, const char* role, const std::vector<uint32_t>& table) {
  std::copy(table.begin(), table.end(), packed.add<uint32_t>(role, table.size()));
}

}  // namespace

PackedParts prepack_columns(const BsrView& matrix, const ColumnsLayoutSpec& layout, uint32_t parts) {
  check_layout(matrix, layout, parts);
  const uint32_t ctas = parts / layout.warps_per_cta;
  const RowBlocks rows = deal_rows({matrix.row_index, size_t{matrix.n} + 1}, ctas, kRowsPerBlock);
  // A meta word has as many flags above the row, in its lower half, as a batch has columns.
  const uint32_t most_rows = (1u << (16 - layout.columns_per_batch - layout.stored_bits)) - kBatchParts;
  expect(rows.rows_per_cta <= most_rows, "at most " + std::to_string(most_rows), "the rows of a CTA",
         rows.rows_per_cta);

  std::vector<CtaPlan> plans(ctas);
  parallel_for(ctas, 1, [&](size_t begin, size_t end) {
    ColumnPlanner planner(matrix, layout, rows);
    for (size_t cta = begin; cta < end; ++cta) plans[cta] = planner.plan(static_cast<uint32_t>(cta));
  });
  const Tables tables = make_tables(plans, layout.warps_per_cta);

  PackedParts packed;
  const size_t batches = size_t{ctas} * tables.batches_per_cta;
  packed.units = static_cast<uint32_t>(batches);
  add_table(packed, "rowIds", rows.row_ids);
  add_table(packed, "tasks", tables.tasks);
  uint32_t* values = packed.add<uint32_t>("values", batches * kLanes * layout.words_per_lane());
  uint32_t* meta = packed.add<uint32_t>("meta", batches * kBatchParts);
  const std::vector<BitPiece> pieces = lane_pieces(layout);
  parallel_for(ctas, 1, [&](size_t begin, size_t end) {
    BatchEncoder encoder(matrix, layout, pieces, values, meta);
    for (size_t cta = begin; cta < end; ++cta) {
      const std::span<const Part> all(plans[cta].parts);
      const size_t first = cta * tables.batches_per_cta;
      for (size_t batch = 0; batch * kBatchParts < all.size(); ++batch) {
        encoder.encode(all.subspan(batch * kBatchParts, kBatchParts), first + batch,
                       tables.begins[cta][batch], rows.rows_per_cta);
      }
    }
  });
  return packed;
}

}  // namespace gqs
