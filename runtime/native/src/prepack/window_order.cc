#include "window_order.h"

#include <algorithm>

#include "no_row.h"
#include "parallel.h"
#include "residue_classes.h"

namespace gqs {
namespace {

constexpr uint32_t kWindow = 256;  // columns
// A row whose least column is that near the base, while the wanted one is far ahead, holds the window back.
constexpr uint32_t kNear = 32;
constexpr uint32_t kFar = kWindow / 2;
constexpr size_t kSliceGrain = 4;

// The residue to take a group of: the wanted one, unless the row would hold the window back.
uint32_t chosen_residue(const ResidueClasses& groups, uint32_t wanted, uint32_t base, uint32_t modulus) {
  const uint32_t least = groups.first_column();
  const bool holds_back = least < base + kNear && groups.first_column(wanted) > base + kFar;
  return holds_back ? least % modulus : wanted;
}

uint32_t first_column(const std::vector<ResidueClasses>& rows) {
  uint32_t first = ResidueClasses::kAnyColumn;
  for (const ResidueClasses& groups : rows) first = std::min(first, groups.first_column());
  return first;
}

}  // namespace

WindowOrder::WindowOrder(const BsrView& matrix, const StreamLayoutSpec& layout, SortedRows& rows)
    : groups_(rows.rows()), bases_(rows.rows()) {
  std::vector<uint32_t> steps(rows.slices());
  parallel_for(steps.size(), kSliceGrain, [&](size_t begin, size_t end) {
    for (auto slice = static_cast<uint32_t>(begin); slice < end; ++slice) {
      order_slice(matrix, layout, rows.rows_of(slice));
      steps[slice] = std::max<uint32_t>(1, static_cast<uint32_t>(bases_[rows.first_row(slice)].size()));
    }
  });
  rows.set_steps(steps);
}

void WindowOrder::fill_bases(std::span<const RowPlace> places, uint16_t* bases) const {
  for (size_t row = 0; row < bases_.size(); ++row) {
    std::copy(bases_[row].begin(), bases_[row].end(), bases + places[row].first / 32);
  }
}

// In each step the window begins at the least column that is left, so that no group falls behind it.
void WindowOrder::order_slice(const BsrView& matrix, const StreamLayoutSpec& layout,
                              std::span<const uint32_t> rows) {
  const uint32_t along = layout.units_along();
  std::vector<ResidueClasses> left;
  for (const uint32_t row : rows) {
    if (row != kNoRow) left.emplace_back(matrix, row, layout.bank_slots);
  }
  std::vector<uint16_t>& bases = bases_[rows.front()];
  for (uint32_t base = first_column(left); base != ResidueClasses::kAnyColumn; base = first_column(left)) {
    const size_t first_unit = bases.size() * along;
    bases.push_back(static_cast<uint16_t>(base));
    for (size_t i = 0; i < left.size(); ++i) {
      const RowPlace place{i * along, along};
      for (size_t unit = first_unit; unit < first_unit + along; ++unit) {
        const uint32_t wanted = place.wanted_residue(unit, 1, layout.bank_slots);
        for (uint32_t part = 0; part < layout.groups_per_unit; ++part) {
          const uint32_t residue = chosen_residue(left[i], wanted, base, layout.bank_slots);
          groups_[rows[i]].push_back(left[i].take(residue, base + kWindow - 1).value_or(kNoGroup));
        }
      }
    }
  }
}

}  // namespace gqs
