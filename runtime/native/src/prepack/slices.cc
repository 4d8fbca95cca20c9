#include "slices.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "no_row.h"
#include "slice_dealer.h"
#include "stream_partition.h"

namespace gqs {
namespace {

constexpr uint32_t kStep = 32;  // units
constexpr uint64_t kMostSteps = kMostUnits / kStep;

// Slices sorted by length in another order: the longest, the shortest, the second longest, ... As many end in
// each stretch of steps, so that no warp of a CTA has many more to finish than the others.
std::vector<uint32_t> long_beside_short(std::span<const uint32_t> longest_first) {
  std::vector<uint32_t> mixed;
  size_t first = 0;
  size_t last = longest_first.size();
  while (first < last) {
    mixed.push_back(longest_first[first++]);
    if (first < last) mixed.push_back(longest_first[--last]);
  }
  return mixed;
}

// The slices that each CTA has room for: sliceRoom in generator/layout.ts.
uint32_t slice_room(uint64_t slices, uint64_t ctas) {
  return static_cast<uint32_t>((5 * slices + 4 * ctas - 1) / (4 * ctas));
}

// A CTA, as the tables describe it.
class CtaTables {
 public:
  CtaTables(const SortedRows& rows, std::span<const uint32_t> slices, uint32_t first_step, uint64_t steps,
            uint64_t warps)
      : rows_per_slice_(rows.rows_per_slice()),
        first_step_(first_step),
        steps_(steps),
        warps_(warps),
        ends_{first_step} {
    for (const uint32_t slice : slices) {
      ends_.push_back(ends_.back() + rows.steps(slice));
      const auto own = rows.rows_of(slice);
      row_ids_.insert(row_ids_.end(), own.begin(), own.end());
    }
  }

  // `room`: for slices, those of the CTA included.
  void append_to(std::vector<uint32_t>& tables, uint32_t room) const {
    append_tasks(tables);
    append_slices(tables, room);
    tables.insert(tables.end(), row_ids_.begin(), row_ids_.end());
    const size_t rows = size_t{room} * rows_per_slice_;
    const size_t padding = (4 - (2 * size_t{room} + rows) % 4) % 4;
    tables.insert(tables.end(), rows - row_ids_.size() + padding, kNoRow);
  }

  // Writes where the rows of the CTA begin.
  void place_rows(std::span<uint32_t> first_unit) const {
    for (size_t i = 0; i < row_ids_.size(); ++i) {
      if (row_ids_[i] == kNoRow) continue;
      const auto lane = static_cast<uint32_t>(i % rows_per_slice_) * (kStep / rows_per_slice_);
      first_unit[row_ids_[i]] = ends_[i / rows_per_slice_] * kStep + lane;
    }
  }

 private:
  void append_tasks(std::vector<uint32_t>& table) const {
    uint32_t slice = 0;
    for (uint64_t warp = 0; warp < warps_; ++warp) {
      const uint32_t begin = share_begin(warp);
      const uint32_t work_end = std::max(begin, std::min(share_begin(warp + 1), ends_.back()));
      while (slice < slices() && end(slice) <= begin) ++slice;
      table.insert(table.end(), {slice, slice < slices() ? end(slice) : 0, work_end, 0});
    }
  }

  void append_slices(std::vector<uint32_t>& table, uint32_t room) const {
    for (size_t slice = 0; slice < room; ++slice) {
      const bool exists = slice < slices();
      table.push_back(exists ? end(slice) : ends_.back());
      table.push_back(exists ? open_warps(slice) : 0);
    }
  }

  size_t slices() const { return ends_.size() - 1; }
  uint32_t end(size_t slice) const { return ends_[slice + 1]; }
  // The warps that leave a slice unfinished: first, number << 8.
  uint32_t open_warps(size_t slice) const {
    const uint32_t first = warp_of(ends_[slice]);
    return first | (warp_of(end(slice) - 1) - first) << 8;
  }
  uint32_t share_begin(uint64_t warp) const {
    return first_step_ + static_cast<uint32_t>(warp * steps_ / warps_);
  }
  // The warp that multiplies a step.
  uint32_t warp_of(uint32_t step) const {
    return static_cast<uint32_t>(((uint64_t{step} - first_step_ + 1) * warps_ - 1) / steps_);
  }

  uint32_t rows_per_slice_;
  uint32_t first_step_;
  uint64_t steps_;
  uint64_t warps_;
  std::vector<uint32_t> ends_;  // the first step, then the end of each slice
  std::vector<uint32_t> row_ids_;
};

}  // namespace

Slices slices_of_rows(const SortedRows& rows, uint32_t warps_per_cta, uint32_t parts) {
  const uint32_t ctas = parts / warps_per_cta;
  const uint32_t room = slice_room(rows.slices(), ctas);
  const SliceDealer dealer(rows, ctas, room);
  const uint64_t most = dealer.most_steps();
  if (most * ctas > kMostSteps) {
    throw std::invalid_argument("Expected at most " + std::to_string(kMostSteps) +
                                " steps for the packed matrix but received " + std::to_string(most * ctas));
  }
  Slices result;
  result.steps = static_cast<uint32_t>(most * ctas);
  result.first_unit.resize(rows.rows());
  for (uint32_t cta = 0; cta < ctas; ++cta) {
    const std::vector<uint32_t> slices = long_beside_short(dealer.slices_of(cta));
    const CtaTables tables(rows, slices, static_cast<uint32_t>(cta * most), most, warps_per_cta);
    tables.append_to(result.tables, room);
    tables.place_rows(result.first_unit);
  }
  return result;
}

}  // namespace gqs
