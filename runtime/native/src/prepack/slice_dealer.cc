#include "slice_dealer.h"

#include <algorithm>
#include <iterator>

namespace gqs {

SliceDealer::SliceDealer(const SortedRows& rows, uint32_t ctas, uint32_t room)
    : rows_(rows), ctas_(ctas), room_(room) {
  std::vector<Load> idle(ctas);
  for (uint32_t cta = 0; cta < ctas; ++cta) idle[cta] = {0, cta};
  loads_ = decltype(loads_)(std::greater<>{}, std::move(idle));
  for (uint32_t slice = 0; slice < rows.slices();) {
    const uint32_t end = rows.end_of_length(slice);
    deal_length(slice, end);
    slice = end;
  }
}

// Slices [first, last), all of one length.
void SliceDealer::deal_length(uint32_t first, uint32_t last) {
  std::vector<uint32_t> receivers(last - first);
  for (uint32_t& receiver : receivers) receiver = take_least_loaded(rows_.steps(first));
  order_by_place(receivers);
  for (const uint32_t receiver : receivers) {
    ctas_[receiver].slices.push_back(first);
    ctas_[receiver].first_row_sum += rows_.first_row(first);
    ++first;
  }
}

uint32_t SliceDealer::take_least_loaded(uint32_t steps) {
  const auto [before, cta] = loads_.top();
  loads_.pop();
  most_steps_ = std::max(most_steps_, before + steps);
  if (++ctas_[cta].promised < room_) loads_.push({before + steps, cta});
  return cta;
}

// By the mean of the first rows of their slices; those that have none yet as if these were spread evenly.
void SliceDealer::order_by_place(std::vector<uint32_t>& receivers) const {
  std::sort(receivers.begin(), receivers.end());
  std::vector<uint32_t> fresh;
  std::unique_copy(receivers.begin(), receivers.end(), std::back_inserter(fresh));
  std::erase_if(fresh, [&](uint32_t cta) { return !ctas_[cta].slices.empty(); });
  const auto place = [&](uint32_t cta) {
    const Cta& known = ctas_[cta];
    if (!known.slices.empty()) return static_cast<double>(known.first_row_sum) / known.slices.size();
    const auto before = std::lower_bound(fresh.begin(), fresh.end(), cta) - fresh.begin();
    return (before + 0.5) / fresh.size() * rows_.rows();
  };
  std::stable_sort(receivers.begin(), receivers.end(),
                   [&](uint32_t a, uint32_t b) { return place(a) < place(b); });
}

}  // namespace gqs
