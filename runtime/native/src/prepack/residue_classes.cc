#include "residue_classes.h"

#include <algorithm>

namespace gqs {

ResidueClasses::ResidueClasses(const BsrView& matrix, size_t row, uint32_t modulus)
    : matrix_(matrix), classes_(modulus) {
  const auto begin = static_cast<size_t>(matrix.row_index[row]);
  for (auto group = static_cast<size_t>(matrix.row_index[row + 1]); group > begin; --group) {
    classes_[matrix.groups[group - 1] % modulus].push_back(group - 1);
  }
}

uint32_t ResidueClasses::first_column() const {
  uint32_t first = kAnyColumn;
  for (uint32_t residue = 0; residue < classes_.size(); ++residue) {
    first = std::min(first, first_column(residue));
  }
  return first;
}

size_t ResidueClasses::take_at(uint32_t residue, uint32_t index) {
  Class& groups = classes_[residue];
  const auto at = groups.begin() + index;
  const size_t group = *at;
  groups.erase(at);
  return group;
}

std::optional<size_t> ResidueClasses::take(uint32_t wanted, uint32_t last_column) {
  Class* from = &classes_[wanted];
  if (!reaches(*from, last_column)) {
    for (Class& other : classes_) {
      if (reaches(other, last_column) && (!reaches(*from, last_column) || other.size() > from->size())) {
        from = &other;
      }
    }
  }
  if (!reaches(*from, last_column)) return std::nullopt;
  const size_t group = from->back();
  from->pop_back();
  return group;
}

}  // namespace gqs
