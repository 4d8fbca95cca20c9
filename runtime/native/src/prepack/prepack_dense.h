// Weights of a dense baseline: the whole matrix, pruned groups as zeros.
#pragma once

#include "bsr.h"
#include "packed.h"

namespace gqs {

enum class DenseType { kF16, kF32 };

// One buffer, values [n, k] row-major; `units` of the result is n. The matrix must be valid (check_bsr).
PackedParts prepack_dense(const BsrView& matrix, DenseType type);

}  // namespace gqs
