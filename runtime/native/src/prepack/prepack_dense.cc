#include "prepack_dense.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "half.h"
#include "parallel.h"

namespace gqs {
namespace {

constexpr size_t kRowGrain = 32;
constexpr size_t kMaxGroupSize = 128;

float convert(float value, float) { return value; }
uint16_t convert(float value, uint16_t) { return float_to_half(value); }

template <typename T>
void dequantise_row(const BsrView& matrix, size_t row, T* out) {
  std::array<uint8_t, kMaxGroupSize> integers{};
  for (auto i = static_cast<size_t>(matrix.row_index[row]);
       i < static_cast<size_t>(matrix.row_index[row + 1]); ++i) {
    unpack_group(matrix, i, integers.data());
    const float scale = half_to_float(matrix.scales[i]);
    const int zero = matrix.zeros[i];
    T* group = out + size_t{matrix.groups[i]} * matrix.group_size;
    for (size_t j = 0; j < matrix.group_size; ++j) {
      group[j] = convert(static_cast<float>(integers[j] - zero) * scale, T{});
    }
  }
}

template <typename T>
PackedParts dequantise(const BsrView& matrix) {
  PackedParts packed;
  packed.units = matrix.n;
  T* values = packed.add<T>("values", size_t{matrix.n} * matrix.k);
  parallel_for(matrix.n, kRowGrain, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) dequantise_row(matrix, row, values + row * matrix.k);
  });
  return packed;
}

}  // namespace

PackedParts prepack_dense(const BsrView& matrix, DenseType type) {
  return type == DenseType::kF16 ? dequantise<uint16_t>(matrix) : dequantise<float>(matrix);
}

}  // namespace gqs
