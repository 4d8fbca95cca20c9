// The groups of a row that are still to be stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "bsr.h"

namespace gqs {

// Groups of a row by the residue of their column, each class in ascending order.
class ResidueClasses {
 public:
  static constexpr uint32_t kAnyColumn = std::numeric_limits<uint32_t>::max();

  ResidueClasses(const BsrView& matrix, size_t row, uint32_t modulus);

  // The least column that is left; kAnyColumn where there is none.
  uint32_t first_column() const;

  // Likewise of one class.
  uint32_t first_column(uint32_t residue) const {
    const Class& groups = classes_[residue];
    return groups.empty() ? kAnyColumn : matrix_.groups[groups.back()];
  }

  // Their columns, in descending order of them.
  uint32_t count(uint32_t residue) const { return static_cast<uint32_t>(classes_[residue].size()); }
  uint32_t column(uint32_t residue, uint32_t index) const { return matrix_.groups[classes_[residue][index]]; }
  // Of a class, by its place in that order.
  size_t take_at(uint32_t residue, uint32_t index);

  // The first group of the wanted class or, if that has none up to `last_column`, of the class with the most
  // groups left of those that have.
  std::optional<size_t> take(uint32_t wanted, uint32_t last_column = kAnyColumn);

 private:
  using Class = std::vector<size_t>;  // the first group is the last element

  bool reaches(const Class& groups, uint32_t last_column) const {
    return !groups.empty() && matrix_.groups[groups.back()] <= last_column;
  }

  const BsrView& matrix_;
  std::vector<Class> classes_;
};

}  // namespace gqs
