#include "slice_dealer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "slice_balance.h"

namespace gqs {

namespace {

// Rounds in which slices of one length change places, until little changes.
constexpr int kRounds = 6;

}  // namespace

SliceDealer::SliceDealer(const SortedRows& rows, uint32_t ctas, uint32_t room) : rows_(rows), ctas_(ctas) {
  std::vector<Length> lengths;
  std::vector<SliceLength> slices;
  for (uint32_t slice = 0; slice < rows.slices(); slice = lengths.back().last) {
    lengths.push_back({slice, rows.end_of_length(slice), {}});
    slices.push_back({rows.steps(slice), lengths.back().last - slice});
  }
  SliceBalance balance = balance_slices(slices, ctas, room);
  most_steps_ = balance.most_steps;
  for (size_t i = 0; i < lengths.size(); ++i) {
    lengths[i].receivers = std::move(balance.receivers[i]);
    hand_out(lengths[i]);
  }
  // What was handed out first did not know of what came later.
  for (int round = 0; round < kRounds; ++round) {
    for (Length& length : lengths) {
      take_back(length);
      hand_out(length);
    }
  }
  for (const Length& length : lengths) {
    uint32_t slice = length.first;
    for (const uint32_t receiver : length.receivers) ctas_[receiver].slices.push_back(slice++);
  }
}

void SliceDealer::hand_out(Length& length) {
  order_by_place(length.receivers);
  uint32_t slice = length.first;
  for (const uint32_t receiver : length.receivers) {
    ++ctas_[receiver].handed_out;
    ctas_[receiver].first_row_sum += rows_.first_row(slice++);
  }
}

void SliceDealer::take_back(const Length& length) {
  uint32_t slice = length.first;
  for (const uint32_t receiver : length.receivers) {
    --ctas_[receiver].handed_out;
    ctas_[receiver].first_row_sum -= rows_.first_row(slice++);
  }
}

// By the mean of the first rows of their slices; those that have none yet as if these were spread evenly.
void SliceDealer::order_by_place(std::vector<uint32_t>& receivers) const {
  std::sort(receivers.begin(), receivers.end());
  std::vector<uint32_t> fresh;
  std::unique_copy(receivers.begin(), receivers.end(), std::back_inserter(fresh));
  std::erase_if(fresh, [&](uint32_t cta) { return ctas_[cta].handed_out > 0; });
  const auto place = [&](uint32_t cta) {
    const Cta& known = ctas_[cta];
    if (known.handed_out > 0) return static_cast<double>(known.first_row_sum) / known.handed_out;
    const auto before = std::lower_bound(fresh.begin(), fresh.end(), cta) - fresh.begin();
    return (before + 0.5) / fresh.size() * rows_.rows();
  };
  std::stable_sort(receivers.begin(), receivers.end(),
                   [&](uint32_t a, uint32_t b) { return place(a) < place(b); });
}

}  // namespace gqs
