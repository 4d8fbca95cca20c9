#include "stream_check.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "expect.h"

namespace gqs {
namespace {

constexpr uint32_t kMaxUnitElements = 1024;
constexpr uint32_t kMaxParts = 1u << 24;

void expect_field(bool holds, const std::string& expected, const std::string& field, uint64_t received) {
  expect(holds, expected, "layout." + field, received);
}

void expect_value(uint32_t expected, const char* field, uint32_t received) {
  expect_field(received == expected, std::to_string(expected), field, received);
}

void check_unit(const StreamLayoutSpec& layout) {
  const uint32_t unit = layout.unit_elements;
  const uint32_t group = layout.group_size;
  expect_field(unit >= 4 && unit <= kMaxUnitElements && std::max(unit, group) % std::min(unit, group) == 0,
               "a multiple or a divisor of the group size " + std::to_string(group), "unitElements", unit);
  const uint32_t whole = layout.bits == 3 ? 32 : 32 / layout.bits;
  expect_field(unit % whole == 0,
               "a multiple of " + std::to_string(whole) + " with " + std::to_string(layout.bits) + " bits",
               "unitElements", unit);
  expect_value(std::max(1u, unit / group), "groupsPerUnit", layout.groups_per_unit);
  expect_value(std::max(1u, group / unit), "lanesPerGroup", layout.lanes_per_group);
  if (unit < group) {
    const uint32_t chunk = layout.chunk_elements;
    expect_field(chunk > 0 && unit % chunk == 0, "a divisor of unitElements " + std::to_string(unit),
                 "chunkElements", chunk);
  }
}

void check_slices(const StreamLayoutSpec& layout, uint32_t parts) {
  const uint32_t rows = layout.rows_per_slice;
  expect_field(rows >= 1 && 32 % rows == 0 && 32 / rows >= layout.lanes_per_group,
               "a divisor of 32 that leaves each row " + std::to_string(layout.lanes_per_group) + " lanes",
               "rowsPerSlice", rows);
  expect_field(layout.warps_per_cta <= 32, "at most 32", "warpsPerCta", layout.warps_per_cta);
  expect_field(layout.warps_per_cta >= 1 && parts % layout.warps_per_cta == 0,
               "a divisor of the " + std::to_string(parts) + " parts", "warpsPerCta", layout.warps_per_cta);
}

void expect_columns(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t most,
                    const std::string& form) {
  if (matrix.group_columns() <= most) return;
  throw std::invalid_argument(
      "Expected at most " + std::to_string(most) + " group columns for layout.indexForm " + form + " with " +
      std::to_string(layout.bits) + " bits but received " + std::to_string(matrix.group_columns()));
}

void check_narrow(const BsrView& matrix, const StreamLayoutSpec& layout, const std::string& form,
                  uint32_t most_columns = 256) {
  expect_columns(matrix, layout, most_columns, form);
  expect_field(layout.bits <= 4, "at most 4 with layout.indexForm " + form, "bits", layout.bits);
  expect_field(layout.groups_per_unit % 2 == 0, "an even number with layout.indexForm " + form,
               "groupsPerUnit", layout.groups_per_unit);
}

// The groups that a scale is stored for lie side by side, and it is the scale of all of them.
void check_runs(const BsrView& matrix, const StreamLayoutSpec& layout) {
  const uint32_t run = layout.groups_per_scale();
  const uint32_t along = layout.units_along() * layout.groups_per_unit;
  if (along % run != 0) {
    throw std::invalid_argument("Expected a multiple of " + std::to_string(run) +
                                " for the groups of a row side by side with layout.indexForm shared" +
                                std::to_string(run) + " but received " + std::to_string(along));
  }
  for (size_t row = 0; row < matrix.n; ++row) {
    const auto begin = static_cast<size_t>(matrix.row_index[row]);
    const auto end = static_cast<size_t>(matrix.row_index[row + 1]);
    for (size_t group = begin; group < end; ++group) {
      const size_t first = group - (group - begin) % run;
      if (matrix.scales[group] == matrix.scales[first]) continue;
      throw std::invalid_argument("Expected the bits " + std::to_string(matrix.scales[first]) +
                                  " of its run for matrix.scales[" + std::to_string(group) + "] in row " +
                                  std::to_string(row) + " but received " +
                                  std::to_string(matrix.scales[group]));
    }
  }
}

void check_index_form(const BsrView& matrix, const StreamLayoutSpec& layout) {
  switch (layout.index_form) {
    case IndexForm::kPacked:
      expect_columns(matrix, layout, 1u << (16 - layout.bits), "packed");
      break;
    case IndexForm::kWide:
      break;
    case IndexForm::kNarrow:
      check_narrow(matrix, layout, "narrow");
      break;
    case IndexForm::kWindowed:
      check_narrow(matrix, layout, "windowed", 1u << 16);
      if (layout.partition != StreamPartition::kSlices) {
        throw std::invalid_argument("Expected layout.partition slices with layout.indexForm windowed");
      }
      break;
    case IndexForm::kShared2:
      check_narrow(matrix, layout, "shared2");
      check_runs(matrix, layout);
      break;
    case IndexForm::kShared4:
      check_narrow(matrix, layout, "shared4");
      check_runs(matrix, layout);
      break;
  }
}

}  // namespace

void check_stream_layout(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t parts) {
  expect_value(matrix.bits, "bits", layout.bits);
  expect_value(matrix.group_size, "groupSize", layout.group_size);
  check_unit(layout);
  expect_value(layout.bits == 3 ? 3 : 1, "planes", layout.planes);
  expect_value(layout.words_per_unit() / layout.planes, "vectorWords", layout.vector_words);
  expect_field(layout.bank_slots >= 1 && layout.bank_slots <= 32, "1 to 32", "bankSlots", layout.bank_slots);
  if (parts < 1 || parts > kMaxParts) {
    throw std::invalid_argument("Expected 1 to 2^24 for parts but received " + std::to_string(parts));
  }
  if (layout.partition == StreamPartition::kSlices) check_slices(layout, parts);
  check_index_form(matrix, layout);
}

}  // namespace gqs
