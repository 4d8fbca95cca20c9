#include "stream_partition.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <queue>
#include <stdexcept>
#include <string>
#include <utility>

namespace gqs {
namespace {

constexpr uint64_t kStep = 32;  // units a warp takes at once
constexpr uint64_t kMostSteps = kMostUnits / kStep;

// Rows sorted by the steps they take, cut into slices.
class SortedRows {
 public:
  SortedRows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice)
      : rows_per_slice_(rows_per_slice), steps_(units_of_row.size()), longest_first_(units_of_row.size()) {
    const uint32_t lanes = static_cast<uint32_t>(kStep) / rows_per_slice;
    std::transform(units_of_row.begin(), units_of_row.end(), steps_.begin(),
                   [&](uint32_t units) { return std::max(1u, (units + lanes - 1) / lanes); });
    std::iota(longest_first_.begin(), longest_first_.end(), 0u);
    std::stable_sort(longest_first_.begin(), longest_first_.end(),
                     [&](uint32_t a, uint32_t b) { return steps_[a] > steps_[b]; });
  }

  uint32_t rows() const { return static_cast<uint32_t>(longest_first_.size()); }
  uint32_t slices() const {
    return static_cast<uint32_t>((longest_first_.size() + rows_per_slice_ - 1) / rows_per_slice_);
  }
  uint32_t steps(uint32_t slice) const { return steps_[first_row(slice)]; }
  uint32_t first_row(uint32_t slice) const { return longest_first_[size_t{slice} * rows_per_slice_]; }
  // Appends the rows of a slice, kNoRow where it has none.
  void append(uint32_t slice, std::vector<uint32_t>& rows) const {
    for (size_t i = size_t{slice} * rows_per_slice_; i < (size_t{slice} + 1) * rows_per_slice_; ++i) {
      rows.push_back(i < longest_first_.size() ? longest_first_[i] : Slices::kNoRow);
    }
  }
  // The slice behind the last one that is as long as `slice`.
  uint32_t end_of_length(uint32_t slice) const {
    uint32_t end = slice + 1;
    while (end < slices() && steps(end) == steps(slice)) ++end;
    return end;
  }

 private:
  uint32_t rows_per_slice_;
  std::vector<uint32_t> steps_;
  std::vector<uint32_t> longest_first_;
};

// The CTAs while slices are dealt to them, longest first.
class Dealer {
 public:
  Dealer(const SortedRows& rows, uint32_t ctas, uint32_t room) : rows_(rows), ctas_(ctas), room_(room) {
    std::vector<Load> idle(ctas);
    for (uint32_t cta = 0; cta < ctas; ++cta) idle[cta] = {0, cta};
    loads_ = Loads(std::greater<>{}, std::move(idle));
  }

  // Slices [first, last), all of one length.
  void deal(uint32_t first, uint32_t last) {
    std::vector<uint32_t> receivers(last - first);
    for (uint32_t& receiver : receivers) receiver = take_least_loaded(rows_.steps(first));
    order_by_place(receivers);
    for (const uint32_t receiver : receivers) {
      ctas_[receiver].slices.push_back(first);
      ctas_[receiver].rows_before += rows_.first_row(first);
      ++first;
    }
  }

  // Longest first.
  const std::vector<uint32_t>& slices_of(uint32_t cta) const { return ctas_[cta].slices; }
  uint64_t most_steps() const { return most_steps_; }

 private:
  using Load = std::pair<uint64_t, uint32_t>;  // steps so far, CTA
  using Loads = std::priority_queue<Load, std::vector<Load>, std::greater<>>;
  struct Cta {
    std::vector<uint32_t> slices;
    uint32_t promised = 0;     // slices, those that are being dealt included
    uint64_t rows_before = 0;  // the sum of the first rows of its slices
  };

  uint32_t take_least_loaded(uint32_t steps) {
    const auto [before, cta] = loads_.top();
    loads_.pop();
    most_steps_ = std::max(most_steps_, before + steps);
    if (++ctas_[cta].promised < room_) loads_.push({before + steps, cta});
    return cta;
  }

  // By the mean of their first rows; those that have none yet as if these were spread evenly.
  void order_by_place(std::vector<uint32_t>& receivers) const {
    std::sort(receivers.begin(), receivers.end());
    std::vector<uint32_t> fresh;
    std::unique_copy(receivers.begin(), receivers.end(), std::back_inserter(fresh));
    std::erase_if(fresh, [&](uint32_t cta) { return !ctas_[cta].slices.empty(); });
    const auto place = [&](uint32_t cta) {
      const Cta& known = ctas_[cta];
      if (!known.slices.empty()) return static_cast<double>(known.rows_before) / known.slices.size();
      const auto before = std::lower_bound(fresh.begin(), fresh.end(), cta) - fresh.begin();
      return (before + 0.5) / fresh.size() * rows_.rows();
    };
    std::stable_sort(receivers.begin(), receivers.end(),
                     [&](uint32_t a, uint32_t b) { return place(a) < place(b); });
  }

  const SortedRows& rows_;
  std::vector<Cta> ctas_;
  uint32_t room_;  // slices of each
  Loads loads_;
  uint64_t most_steps_ = 1;
};

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
      : first_step_(first_step), steps_(steps), warps_(warps), ends_{first_step} {
    for (const uint32_t slice : slices) {
      ends_.push_back(ends_.back() + rows.steps(slice));
      rows.append(slice, row_ids_);
    }
  }

  void append_to(Slices& result, uint32_t room, uint32_t rows_per_slice) const {
    result.begins.insert(result.begins.end(), ends_.begin(), ends_.end() - 1);
    result.row_ids.insert(result.row_ids.end(), row_ids_.begin(), row_ids_.end());
    append_tasks(result.tables);
    append_slices(result.tables, room);
    result.tables.insert(result.tables.end(), row_ids_.begin(), row_ids_.end());
    const size_t rows = size_t{room} * rows_per_slice;
    const size_t padding = (4 - (2 * size_t{room} + rows) % 4) % 4;
    result.tables.insert(result.tables.end(), rows - row_ids_.size() + padding, Slices::kNoRow);
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

  uint32_t first_step_;
  uint64_t steps_;
  uint64_t warps_;
  std::vector<uint32_t> ends_;  // the first step, then the end of each slice
  std::vector<uint32_t> row_ids_;
};

}  // namespace

Slices slices_of_rows(std::span<const uint32_t> units_of_row, uint32_t rows_per_slice, uint32_t warps_per_cta,
                      uint32_t parts) {
  const SortedRows rows(units_of_row, rows_per_slice);
  const uint32_t ctas = parts / warps_per_cta;
  const uint32_t room = slice_room(rows.slices(), ctas);
  Dealer dealer(rows, ctas, room);
  for (uint32_t slice = 0; slice < rows.slices();) {
    const uint32_t end = rows.end_of_length(slice);
    dealer.deal(slice, end);
    slice = end;
  }
  const uint64_t most = dealer.most_steps();
  if (most * ctas > kMostSteps) {
    throw std::invalid_argument("Expected at most " + std::to_string(kMostSteps) +
                                " steps for the packed matrix but received " + std::to_string(most * ctas));
  }
  Slices result;
  result.steps = static_cast<uint32_t>(most * ctas);
  for (uint32_t cta = 0; cta < ctas; ++cta) {
    const std::vector<uint32_t> slices = long_beside_short(dealer.slices_of(cta));
    CtaTables(rows, slices, static_cast<uint32_t>(cta * most), most, warps_per_cta)
        .append_to(result, room, rows_per_slice);
  }
  return result;
}

void fill_tasks(std::span<const uint32_t> row_ptr, uint32_t parts, uint32_t* tasks) {
  const uint64_t units = row_ptr.back();
  const uint64_t steps = (units + kStep - 1) / kStep;
  for (uint64_t share = 0; share <= parts; ++share) {
    const uint64_t unit = std::min(units, kStep * (share * steps / parts));
    // The last row that starts at or before the unit; it cannot be empty, as the next one starts after the
    // unit.
    const auto after = std::upper_bound(row_ptr.begin(), row_ptr.end(), unit);
    const auto row = unit == units ? row_ptr.size() - 1 : static_cast<size_t>(after - row_ptr.begin()) - 1;
    tasks[2 * share] = static_cast<uint32_t>(unit);
    tasks[2 * share + 1] = static_cast<uint32_t>(row);
  }
}

}  // namespace gqs
