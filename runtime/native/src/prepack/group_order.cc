#include "group_order.h"

#include <algorithm>
#include <numeric>

namespace gqs {
namespace {

// Groups of a row by the residue of their column, each class in ascending order.
class ResidueClasses {
 public:
  ResidueClasses(const BsrView& matrix, size_t begin, size_t end, uint32_t modulus) : classes_(modulus) {
    for (size_t group = end; group > begin; --group) {
      classes_[matrix.groups[group - 1] % modulus].push_back(group - 1);
    }
  }

  // The first group of the wanted class or, if it is used up, of the class with the most groups left.
  size_t take(uint32_t wanted) {
    auto& of_wanted = classes_[wanted];
    auto& from = of_wanted.empty() ? *std::max_element(classes_.begin(), classes_.end(), fewer) : of_wanted;
    const size_t group = from.back();
    from.pop_back();
    return group;
  }

 private:
  static bool fewer(const std::vector<size_t>& a, const std::vector<size_t>& b) {
    return a.size() < b.size();
  }

  std::vector<std::vector<size_t>> classes_;
};

}  // namespace

void order_groups(const BsrView& matrix, const StreamLayoutSpec& layout, size_t row, const RowPlace& place,
                  std::vector<size_t>& order) {
  const auto begin = static_cast<size_t>(matrix.row_index[row]);
  const auto end = static_cast<size_t>(matrix.row_index[row + 1]);
  order.resize(end - begin);
  std::iota(order.begin(), order.end(), begin);
  const uint32_t modulus = layout.bank_slots / layout.lanes_per_group;
  if (modulus <= 1) return;
  ResidueClasses classes(matrix, begin, end, modulus);
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t index = i / layout.groups_per_unit * layout.lanes_per_group;
    const size_t turn = index / place.run * place.run;
    order[i] =
        classes.take(static_cast<uint32_t>((place.unit(index) + turn) / layout.lanes_per_group % modulus));
  }
}

}  // namespace gqs
