#include "group_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "residue_classes.h"

namespace gqs {
namespace {

// The whole runs of a row that share a scale each, ascending. A run may fill its places in any order that
// trades neighbours: group g in place g ^ turn.
class Runs {
 public:
  Runs(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t modulus,
       const std::vector<size_t>& groups)
      : matrix_(matrix),
        size_(layout.groups_per_scale()),
        modulus_(modulus),
        wanted_(layout.groups_per_unit) {
    for (size_t i = 0; i + size_ <= groups.size(); i += size_) firsts_.push_back(groups[i]);
  }

  bool empty() const { return firsts_.empty(); }

  // From now on each part of a unit wants a column of each of these residues, one bit each.
  void want(uint32_t residues) { std::fill(wanted_.begin(), wanted_.end(), residues); }

  // Fills the places of a run, the first of which is part `part` of a unit, with the run that has the most of
  // what is wanted, and no longer wants that.
  void take(size_t part, size_t* places) {
    size_t chosen = 0;
    size_t chosen_turn = 0;
    size_t most = 0;
    for (size_t i = 0; i < firsts_.size() && most < size_; ++i) {
      for (size_t turn = 0; turn < size_; ++turn) {
        const size_t fitting = count_fitting(firsts_[i], part, turn);
        if (fitting <= most) continue;
        chosen = i;
        chosen_turn = turn;
        most = fitting;
      }
    }
    for (size_t i = 0; i < size_; ++i) {
      const size_t group = firsts_[chosen] + i;
      const size_t place = i ^ chosen_turn;
      places[place] = group;
      wanted_[(part + place) % wanted_.size()] &= ~residue_bit(group);
    }
    firsts_.erase(firsts_.begin() + static_cast<std::ptrdiff_t>(chosen));
  }

 private:
  uint32_t residue_bit(size_t group) const { return 1u << (matrix_.groups[group] % modulus_); }

  size_t count_fitting(size_t first, size_t part, size_t turn) const {
    size_t fitting = 0;
    for (size_t i = 0; i < size_; ++i) {
      const uint32_t wanted = wanted_[(part + (i ^ turn)) % wanted_.size()];
      fitting += (wanted & residue_bit(first + i)) != 0;
    }
    return fitting;
  }

  const BsrView& matrix_;
  size_t size_;
  uint32_t modulus_;
  std::vector<size_t> firsts_;
  std::vector<uint32_t> wanted_;  // by each part of a unit
};

// Deals runs to the units of the row that read x together, then to the next ones.
void order_runs(Runs& runs, const StreamLayoutSpec& layout, const RowPlace& place, uint32_t modulus,
                std::vector<size_t>& order) {
  const size_t parts = layout.groups_per_unit;
  const size_t together = std::min<size_t>(place.run, modulus);
  for (size_t at = 0; !runs.empty(); at += layout.groups_per_scale()) {
    if (at % (together * parts) == 0) {
      uint32_t residues = 0;
      for (size_t unit = 0; unit < together; ++unit) {
        residues |= 1u << place.wanted_residue(at / parts + unit, 1, modulus);
      }
      runs.want(residues);
    }
    runs.take(at % parts, order.data() + at);
  }
}

}  // namespace

void order_groups(const BsrView& matrix, const StreamLayoutSpec& layout, size_t row, const RowPlace& place,
                  std::vector<size_t>& order) {
  const auto begin = static_cast<size_t>(matrix.row_index[row]);
  const auto end = static_cast<size_t>(matrix.row_index[row + 1]);
  order.resize(end - begin);
  std::iota(order.begin(), order.end(), begin);
  const uint32_t modulus = layout.bank_slots / layout.lanes_per_group;
  if (modulus <= 1) return;
  if (layout.groups_per_scale() > 1) {
    Runs runs(matrix, layout, modulus, order);
    return order_runs(runs, layout, place, modulus, order);
  }
  ResidueClasses classes(matrix, row, modulus);
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t index = i / layout.groups_per_unit * layout.lanes_per_group;
    order[i] = *classes.take(place.wanted_residue(index, layout.lanes_per_group, modulus));
  }
}

}  // namespace gqs
