#include "slice_order.h"

#include <algorithm>
#include <utility>

#include "no_row.h"
#include "parallel.h"
#include "residue_classes.h"

namespace gqs {
namespace {

constexpr size_t kSliceGrain = 4;

uint32_t bank_residues(const StreamLayoutSpec& layout) { return layout.bank_slots / layout.lanes_per_group; }

// Groups of a row that are read at a time.
uint32_t groups_at_a_time(const StreamLayoutSpec& layout) {
  return std::min(layout.units_along() / layout.lanes_per_group, bank_residues(layout));
}

// Rows whose x is read at a time, and the groups that are left of them. A **read** is a part of each unit
// that takes part in it.
class Rows {
 public:
  Rows(const BsrView& matrix, const StreamLayoutSpec& layout, std::span<const uint32_t> rows,
       std::vector<std::vector<size_t>>& groups)
      : width_(groups_at_a_time(layout)),
        parts_(layout.groups_per_unit),
        left_(bank_residues(layout)),
        used_(bank_residues(layout)) {
    for (const uint32_t row : rows) {
      if (row == kNoRow) continue;
      groups[row].resize(static_cast<size_t>(matrix.row_index[row + 1] - matrix.row_index[row]));
      rows_.push_back({ResidueClasses(matrix, row, bank_residues(layout)), groups[row], {}});
      const size_t of_read = size_t{width_} * parts_;
      reads_ = std::max(reads_, (groups[row].size() + of_read - 1) / of_read * parts_);
      for (uint32_t residue = 0; residue < left_.size(); ++residue) {
        left_[residue] += rows_.back().left.count(residue);
      }
    }
  }

  void order() {
    for (size_t read = 0; read < reads_; ++read) fill(read / parts_ * width_, read % parts_);
  }

 private:
  struct Row {
    ResidueClasses left;
    std::span<size_t> order;
    std::vector<size_t> places;  // of the read at hand that are empty
  };

  // The columns of a residue in the read at hand.
  struct Used {
    uint32_t times = 0;
    uint32_t column = 0;  // the first time
  };

  // A group that may be next.
  struct Choice {
    Row* row = nullptr;
    uint32_t residue = 0;
    uint32_t index = 0;  // in its class
    std::pair<uint32_t, uint32_t> worth{};
  };

  // Fills the places of `part` of the units from `first` on.
  void fill(size_t first, size_t part) {
    size_t open = 0;
    for (Row& row : rows_) {
      row.places.clear();
      for (size_t unit = first; unit < first + width_ && unit * parts_ + part < row.order.size(); ++unit) {
        row.places.push_back(unit * parts_ + part);
      }
      open += row.places.size();
    }
    std::fill(used_.begin(), used_.end(), Used{});
    for (; open > 0; --open) take(choose());
    ++reads_done_;
  }

  // Of the residues that cost no further access the one of which most groups are left, else the one that is
  // used least; of the rows that have it the one with the most of them.
  Choice choose() {
    Choice best;
    for (const bool free : {true, false}) {
      for (uint32_t residue = 0; residue < left_.size(); ++residue) {
        if (free && left_[residue] < best.worth.first) continue;
        for (Row& row : rows_) consider(row, residue, free, best);
      }
      if (best.row != nullptr) break;
    }
    return best;
  }

  void consider(Row& row, uint32_t residue, bool free, Choice& best) const {
    const uint32_t count = row.left.count(residue);
    if (row.places.empty() || count == 0) return;
    const Used& used = used_[residue];
    const std::pair worth{free ? left_[residue] : ~used.times, count};
    if (best.row != nullptr && worth <= best.worth) return;
    uint32_t index = count - 1;
    if (free && used.times > 0) {
      if (!is_surplus(residue)) return;
      index = again(row, residue);
      if (index == count) return;
    }
    best = {&row, residue, index, worth};
  }

  // The group of a residue that is used already which may be used too, or their number. Two rows that read
  // the same column at a time share an access. Where there is one row only, one more access is to serve as
  // many such residues as possible.
  uint32_t again(const Row& row, uint32_t residue) const {
    const Used& used = used_[residue];
    if (rows_.size() > 1) return index_of(row, residue, used.column);
    return row.left.count(residue) - (used.times == 1 ? 1 : 0);
  }

  // Whether there are more groups of a residue than reads left.
  bool is_surplus(uint32_t residue) const { return left_[residue] > reads_ - reads_done_; }

  // The place of a column in its class, or their number.
  static uint32_t index_of(const Row& row, uint32_t residue, uint32_t column) {
    uint32_t first = 0;
    uint32_t last = row.left.count(residue);
    const uint32_t count = last;
    while (first < last) {
      const uint32_t middle = (first + last) / 2;
      if (row.left.column(residue, middle) > column) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    return first < count && row.left.column(residue, first) == column ? first : count;
  }

  // Of the first column that as many other rows can share as any.
  uint32_t shared_index(const Row& row, uint32_t residue) const {
    uint32_t chosen = row.left.count(residue) - 1;
    size_t most = 0;
    for (uint32_t index = chosen + 1; index-- > 0 && most + 1 < rows_.size();) {
      const uint32_t column = row.left.column(residue, index);
      const auto sharing =
          static_cast<size_t>(std::count_if(rows_.begin(), rows_.end(), [&](const Row& other) {
            return &other != &row && !other.places.empty() &&
                   index_of(other, residue, column) < other.left.count(residue);
          }));
      if (sharing <= most) continue;
      most = sharing;
      chosen = index;
    }
    return chosen;
  }

  // A residue of which there are too many begins with a column that other rows can read too.
  void take(const Choice& choice) {
    Row& row = *choice.row;
    const uint32_t residue = choice.residue;
    Used& used = used_[residue];
    const bool is_first = used.times == 0;
    const uint32_t index = is_first && is_surplus(residue) ? shared_index(row, residue) : choice.index;
    if (is_first) used.column = row.left.column(residue, index);
    ++used.times;
    --left_[residue];
    row.order[row.places.back()] = row.left.take_at(residue, index);
    row.places.pop_back();
  }

  uint32_t width_;  // groups of a row in a read
  size_t parts_;    // reads that the same units take part in, one after another
  size_t reads_ = 0;
  size_t reads_done_ = 0;
  std::vector<Row> rows_;
  std::vector<uint32_t> left_;  // groups of each residue
  std::vector<Used> used_;      // each residue in the read at hand
};

}  // namespace

bool SliceOrder::applies_to(const StreamLayoutSpec& layout) {
  return layout.partition == StreamPartition::kSlices && layout.groups_per_scale() == 1 &&
         bank_residues(layout) > 1 && layout.units_along() >= layout.lanes_per_group;
}

SliceOrder::SliceOrder(const BsrView& matrix, const StreamLayoutSpec& layout, const SortedRows& rows)
    : groups_(rows.rows()) {
  const uint32_t together = bank_residues(layout) / groups_at_a_time(layout);
  parallel_for(rows.slices(), kSliceGrain, [&](size_t begin, size_t end) {
    for (auto slice = static_cast<uint32_t>(begin); slice < end; ++slice) {
      const auto of_slice = rows.rows_of(slice);
      for (size_t first = 0; first < of_slice.size(); first += together) {
        Rows(matrix, layout, of_slice.subspan(first, together), groups_).order();
      }
    }
  });
}

}  // namespace gqs
