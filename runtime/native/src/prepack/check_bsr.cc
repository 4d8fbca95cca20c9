#include "check_bsr.h"

#include <cstdint>
#include <stdexcept>
#include <string>

#include "parallel.h"

namespace gqs {
namespace {

constexpr uint32_t kMaxRows = 1u << 24;
constexpr uint32_t kMaxColumns = 1u << 20;
constexpr uint32_t kMaxGroupColumns = 1u << 16;
constexpr size_t kRowGrain = 256;

[[noreturn]] void fail(const std::string& expected, const std::string& field, const std::string& received) {
  throw std::invalid_argument("Expected " + expected + " for matrix." + field + " but received " + received);
}

std::string element(const char* field, size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

void check_length(const char* field, size_t received, size_t expected) {
  if (received == expected) return;
  fail(std::to_string(expected) + " elements", field, std::to_string(received));
}

void check_shape(const BsrView& matrix) {
  const uint32_t bits = matrix.bits;
  const uint32_t size = matrix.group_size;
  if (bits != 2 && bits != 3 && bits != 4 && bits != 8) fail("2, 3, 4 or 8", "bits", std::to_string(bits));
  if (size < 4 || size > 128 || (size & (size - 1)) != 0) {
    fail("4, 8, 16, 32, 64 or 128", "groupSize", std::to_string(size));
  }
  if (matrix.n < 1 || matrix.n > kMaxRows) fail("1 to 2^24 rows", "n", std::to_string(matrix.n));
  if (matrix.k < 1 || matrix.k > kMaxColumns || matrix.k % size != 0) {
    fail("a multiple of the group size " + std::to_string(size) + " up to 2^20", "k",
         std::to_string(matrix.k));
  }
  if (matrix.group_columns() > kMaxGroupColumns) {
    fail("at most 65536 group columns (k / groupSize)", "k", std::to_string(matrix.k));
  }
}

void check_row_index(const BsrView& matrix) {
  if (matrix.row_index[0] != 0) fail("0", "rowIndex[0]", std::to_string(matrix.row_index[0]));
  for (size_t row = 0; row < matrix.n; ++row) {
    const int64_t begin = matrix.row_index[row];
    const int64_t end = matrix.row_index[row + 1];
    if (end < begin || end > begin + matrix.group_columns()) {
      fail(std::to_string(begin) + " to " + std::to_string(begin + matrix.group_columns()),
           element("rowIndex", row + 1), std::to_string(end));
    }
  }
}

void check_row(const BsrView& matrix, size_t row) {
  int64_t previous = -1;
  for (auto i = static_cast<size_t>(matrix.row_index[row]);
       i < static_cast<size_t>(matrix.row_index[row + 1]); ++i) {
    const int64_t column = matrix.groups[i];
    if (column <= previous || column >= matrix.group_columns()) {
      fail("ascending columns below " + std::to_string(matrix.group_columns()) + " in row " +
               std::to_string(row),
           element("groups", i), std::to_string(column));
    }
    previous = column;
    if (matrix.zeros[i] >> matrix.bits != 0) {
      fail("a zero point below 2^" + std::to_string(matrix.bits), element("zeros", i),
           std::to_string(matrix.zeros[i]));
    }
    if ((matrix.scales[i] & 0x7c00) == 0x7c00) {
      fail("a finite float16", element("scales", i), "the bits " + std::to_string(matrix.scales[i]));
    }
  }
}

}  // namespace

void check_bsr(const BsrView& matrix, const BsrLengths& lengths) {
  check_shape(matrix);
  check_length("rowIndex", lengths.row_index, static_cast<size_t>(matrix.n) + 1);
  check_row_index(matrix);
  check_length("groups", lengths.groups, matrix.nnz());
  check_length("values", lengths.values, matrix.nnz() * matrix.bytes_per_group());
  check_length("scales", lengths.scales, matrix.nnz());
  check_length("zeros", lengths.zeros, matrix.nnz());
  parallel_for(matrix.n, kRowGrain, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) check_row(matrix, row);
  });
}

}  // namespace gqs
