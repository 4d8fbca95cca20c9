#include "slice_balance.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <utility>

namespace gqs {
namespace {

// What a CTA has.
struct Load {
  uint64_t steps = 0;
  uint32_t slices = 0;
  std::map<uint32_t, uint32_t> of_length;  // slices by the index of their length: longest first
};

// One slice of the CTA with the most steps for a shorter one of another CTA.
struct Exchange {
  uint64_t most_steps;  // of the two afterwards
  uint32_t partner;
  uint32_t given;  // lengths
  uint32_t taken;
};

class Balancer {
 public:
  Balancer(std::span<const SliceLength> lengths, uint32_t ctas) : lengths_(lengths), loads_(ctas) {}

  // Longest first, each to the CTA with the least steps that has room for one more.
  void deal(uint32_t room) {
    using Place = std::pair<uint64_t, uint32_t>;  // steps so far, CTA
    std::vector<Place> idle;
    for (uint32_t cta = 0; cta < loads_.size(); ++cta) idle.emplace_back(0, cta);
    std::priority_queue places(std::greater<Place>{}, std::move(idle));
    for (uint32_t length = 0; length < lengths_.size(); ++length) {
      for (uint32_t slice = 0; slice < lengths_[length].slices; ++slice) {
        const uint32_t cta = places.top().second;
        places.pop();
        Load& load = loads_[cta];
        add(load, length);
        if (load.slices < room) places.emplace(load.steps, cta);
      }
    }
  }

  // Longest first, each to the CTA with the most steps that has room for one more and then no more than
  // `most_steps`. False where a slice finds none.
  bool pack(uint32_t room, uint64_t most_steps) {
    std::set<std::pair<uint64_t, uint32_t>> places;  // steps that still fit, CTA
    for (uint32_t cta = 0; cta < loads_.size(); ++cta) places.emplace(most_steps, cta);
    for (uint32_t length = 0; length < lengths_.size(); ++length) {
      for (uint32_t slice = 0; slice < lengths_[length].slices; ++slice) {
        const auto place = places.lower_bound({lengths_[length].steps, 0});
        if (place == places.end()) return false;
        const uint32_t cta = place->second;
        places.erase(place);
        Load& load = loads_[cta];
        add(load, length);
        if (load.slices < room) places.emplace(most_steps - load.steps, cta);
      }
    }
    return true;
  }

  // As long as that leaves a CTA that has the most steps with fewer, and none with as many.
  void exchange() {
    const uint64_t mean = mean_steps();
    for (;;) {
      Load& most = *most_loaded();
      if (most.steps <= mean) return;
      const std::optional<Exchange> best = best_exchange(most);
      if (!best) return;
      Load& partner = loads_[best->partner];
      remove(most, best->given);
      add(partner, best->given);
      remove(partner, best->taken);
      add(most, best->taken);
    }
  }

  // Rounded up.
  uint64_t mean_steps() const {
    uint64_t total = loads_.size() - 1;
    for (const SliceLength& length : lengths_) total += uint64_t{length.steps} * length.slices;
    return total / loads_.size();
  }

  SliceBalance result() const {
    SliceBalance balance{std::vector<std::vector<uint32_t>>(lengths_.size()), 1};
    for (uint32_t cta = 0; cta < loads_.size(); ++cta) {
      for (const auto& [length, slices] : loads_[cta].of_length) {
        balance.receivers[length].insert(balance.receivers[length].end(), slices, cta);
      }
      balance.most_steps = std::max(balance.most_steps, loads_[cta].steps);
    }
    return balance;
  }

 private:
  std::vector<Load>::iterator most_loaded() {
    return std::max_element(loads_.begin(), loads_.end(),
                            [](const Load& a, const Load& b) { return a.steps < b.steps; });
  }

  // The one after which the fuller of the two has the fewest steps; of equal ones the first partner's, then
  // that of the longest slices.
  std::optional<Exchange> best_exchange(const Load& most) const {
    std::optional<Exchange> best;
    for (uint32_t cta = 0; cta < loads_.size(); ++cta) {
      const Load& partner = loads_[cta];
      if (partner.steps + 1 >= most.steps) continue;
      for (const auto& [given, most_slices] : most.of_length) {
        for (const auto& [taken, partner_slices] : partner.of_length) {
          if (taken <= given) continue;
          const uint64_t moved = lengths_[given].steps - lengths_[taken].steps;
          if (partner.steps + moved >= most.steps) continue;
          const uint64_t after = std::max(most.steps - moved, partner.steps + moved);
          if (!best || after < best->most_steps) best = {after, cta, given, taken};
        }
      }
    }
    return best;
  }

  void add(Load& load, uint32_t length) const {
    load.steps += lengths_[length].steps;
    ++load.slices;
    ++load.of_length[length];
  }
  void remove(Load& load, uint32_t length) const {
    load.steps -= lengths_[length].steps;
    --load.slices;
    if (--load.of_length[length] == 0) load.of_length.erase(length);
  }

  std::span<const SliceLength> lengths_;
  std::vector<Load> loads_;
};

}  // namespace

SliceBalance balance_slices(std::span<const SliceLength> longest_first, uint32_t ctas, uint32_t room) {
  Balancer balancer(longest_first, ctas);
  balancer.deal(room);
  balancer.exchange();
  const SliceBalance dealt = balancer.result();
  // With two or three slices per CTA other combinations may be needed. Nothing fits below the longest slice.
  const uint64_t longest = longest_first.empty() ? 0 : longest_first.front().steps;
  for (uint64_t steps = std::max(balancer.mean_steps(), longest); steps < dealt.most_steps; ++steps) {
    Balancer packer(longest_first, ctas);
    if (packer.pack(room, steps)) return packer.result();
  }
  return dealt;
}

}  // namespace gqs
