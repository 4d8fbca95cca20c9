// Validation of a matrix that was handed over by a caller who is not trusted.
#pragma once

#include <cstddef>

#include "bsr.h"

namespace gqs {

// Lengths of the arrays behind a BsrView, in elements.
struct BsrLengths {
  size_t row_index = 0;
  size_t groups = 0;
  size_t values = 0;
  size_t scales = 0;
  size_t zeros = 0;
};

// Throws std::invalid_argument, naming the field, what was expected and what was received, unless every size
// and index is in range, columns ascend within each row, zero points are below 2^bits and scales are finite.
void check_bsr(const BsrView& matrix, const BsrLengths& lengths);

}  // namespace gqs
