#include "prepack_cpu.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <vector>

#include "half.h"
#include "parallel.h"

namespace gqs {
namespace {

constexpr size_t kRowGrain = 64;
constexpr size_t kStepGrain = 256;
constexpr size_t kMaxGroupSize = 128;
constexpr uint32_t kLargestGap = 15;

void expect(bool holds, const std::string& what, const std::string& expected, const std::string& received) {
  if (holds) return;
  throw std::invalid_argument("Expected " + expected + " for " + what + " of the CPU layout but received " +
                              received);
}

void check_layout(const BsrView& matrix, const CpuLayoutSpec& layout) {
  const auto equal = [](const char* what, uint32_t received, uint32_t expected) {
    expect(received == expected, what, std::to_string(expected), std::to_string(received));
  };
  equal("bits", layout.bits, matrix.bits);
  equal("groupSize", layout.group_size, matrix.group_size);
  const uint64_t elements = uint64_t{layout.groups_per_step} * layout.group_size;
  expect(elements == 128 || elements == 256, "groupsPerStep", "128 or 256 elements in a step",
         std::to_string(elements));
  expect(layout.math == "f32" || layout.math == "i8", "math", "f32 or i8", layout.math);
  expect(layout.order == "columns" || layout.order == "gaps" || layout.order == "columns_padded" ||
             layout.order == "gaps_padded",
         "order", "columns, gaps, columns_padded or gaps_padded", layout.order);
}

// Sizes of a step, and where things lie in it.
struct StepShape {
  uint32_t bits;
  uint32_t group_size;
  uint32_t groups;
  bool gaps;
  bool padded;
  uint32_t vector_elements;
  uint32_t nibble_bytes;
  uint32_t value_bytes;
  uint32_t zero_offset;
  uint32_t meta_bytes;

  explicit StepShape(const CpuLayoutSpec& layout)
      : bits(layout.bits),
        group_size(layout.group_size),
        groups(layout.groups_per_step),
        gaps(layout.order.starts_with("gaps")),
        padded(layout.order.ends_with("_padded")),
        vector_elements(groups * group_size / 4),
        nibble_bytes(std::max(1u, groups / 2)),
        value_bytes(groups * group_size * bits / 8),
        zero_offset(2 * groups + (gaps ? nibble_bytes : 2 * groups)),
        meta_bytes((zero_offset + (bits == 8 ? groups : nibble_bytes) + 1) / 2 * 2) {}
};

// Calls body(gap, group) for each entry of a row in order; group is the surviving group, or -1 for a null
// entry.
template <typename Body>
void for_each_entry(const BsrView& matrix, size_t row, bool gaps, const Body& body) {
  uint32_t column = 0;
  for (int64_t group = matrix.row_index[row]; group < matrix.row_index[row + 1]; ++group) {
    uint32_t gap = matrix.groups[group] - column;
    for (; gaps && gap > kLargestGap; gap -= kLargestGap) body(kLargestGap, int64_t{-1});
    body(gap, group);
    column = matrix.groups[group];
  }
}

void fill_row_ptr(const BsrView& matrix, const StepShape& shape, uint32_t* row_ptr) {
  const uint32_t multiple = shape.padded ? shape.groups : 1;
  parallel_for(matrix.n, kRowGrain, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) {
      uint32_t entries = 0;
      for_each_entry(matrix, row, shape.gaps, [&](uint32_t, int64_t) { ++entries; });
      row_ptr[row + 1] = (entries + multiple - 1) / multiple * multiple;
    }
  });
  uint64_t entries = 0;
  for (size_t row = 1; row <= matrix.n; ++row) {
    entries += row_ptr[row];
    row_ptr[row] = static_cast<uint32_t>(entries);
  }
  if (entries > std::numeric_limits<uint32_t>::max()) {
    throw std::invalid_argument("Expected at most 2^32 - 1 entries for the CPU layout but received " +
                                std::to_string(entries));
  }
}

void put_nibble(uint8_t* bytes, uint32_t half, uint32_t index, uint32_t value) {
  bytes[index % half] |= static_cast<uint8_t>(value << (index < half ? 0 : 4));
}

void put_integer(const StepShape& shape, uint8_t* values, uint32_t element, uint32_t q) {
  const uint32_t vector = element / shape.vector_elements;
  const uint32_t i = element % shape.vector_elements;
  const auto put = [&](uint32_t byte, uint32_t bits) { values[byte] |= static_cast<uint8_t>(bits); };
  switch (shape.bits) {
    case 8:
      return put(element, q);
    case 4:
      return put(vector / 2 * shape.vector_elements + i, q << (4 * (vector % 2)));
    case 3:
      put(shape.vector_elements + (vector * shape.vector_elements + i) / 8, (q >> 2) << (i % 8));
      [[fallthrough]];
    default:
      return put(i, (q & 3) << (2 * vector));
  }
}

// Writes surviving group `group` as entry `entry` of the step at values and meta.
void put_group(const BsrView& matrix, const StepShape& shape, int64_t group, uint32_t entry, uint8_t* values,
               uint8_t* meta) {
  std::array<uint8_t, kMaxGroupSize> integers{};
  unpack_group(matrix, static_cast<size_t>(group), integers.data());
  for (uint32_t i = 0; i < shape.group_size; ++i) {
    put_integer(shape, values, entry * shape.group_size + i, integers[i]);
  }
  reinterpret_cast<uint16_t*>(meta)[entry] = matrix.scales[group];
  if (!shape.gaps) reinterpret_cast<uint16_t*>(meta)[shape.groups + entry] = matrix.groups[group];
  uint8_t* zeros = meta + shape.zero_offset;
  if (shape.bits == 8) {
    zeros[entry] = matrix.zeros[group];
  } else {
    put_nibble(zeros, shape.nibble_bytes, entry, matrix.zeros[group]);
  }
}

// Steps are written by one thread each, although several rows may meet in one.
void fill_steps(const BsrView& matrix, const StepShape& shape, const uint32_t* row_ptr, size_t steps,
                uint8_t* values, uint8_t* meta) {
  parallel_for(steps, kStepGrain, [&](size_t first_step, size_t last_step) {
    const size_t begin = first_step * shape.groups;
    const size_t end = std::min(last_step * shape.groups, size_t{row_ptr[matrix.n]});
    size_t row = std::upper_bound(row_ptr, row_ptr + matrix.n + 1, begin) - row_ptr - 1;
    for (; row < matrix.n && row_ptr[row] < end; ++row) {
      size_t entry = row_ptr[row];
      for_each_entry(matrix, row, shape.gaps, [&](uint32_t gap, int64_t group) {
        const size_t at = entry++;
        if (at < begin || at >= end) return;
        const auto in_step = static_cast<uint32_t>(at % shape.groups);
        uint8_t* step_meta = meta + at / shape.groups * shape.meta_bytes;
        if (shape.gaps) put_nibble(step_meta + 2 * shape.groups, shape.nibble_bytes, in_step, gap);
        if (group < 0) return;
        put_group(matrix, shape, group, in_step, values + at / shape.groups * shape.value_bytes, step_meta);
      });
    }
  });
}

// Each boundary is the row whose first entry is nearest to an equal share.
void fill_tasks_of_rows(const uint32_t* row_ptr, uint32_t rows, uint32_t parts, uint32_t* tasks) {
  const uint64_t entries = row_ptr[rows];
  for (uint32_t part = 0; part <= parts; ++part) {
    const uint64_t share = entries * part / parts;
    const uint32_t* after = std::lower_bound(row_ptr, row_ptr + rows, share);
    const bool earlier = after != row_ptr && share - after[-1] < *after - share;
    tasks[part] = static_cast<uint32_t>(after - row_ptr) - (earlier ? 1 : 0);
  }
  tasks[0] = 0;
  tasks[parts] = rows;
}

void fill_row_constants(const BsrView& matrix, float* constants) {
  constexpr double kOffsetOfX = 128;
  parallel_for(matrix.n, kRowGrain, [&](size_t begin, size_t end) {
    std::array<uint8_t, kMaxGroupSize> integers{};
    for (size_t row = begin; row < end; ++row) {
      double sum = 0;
      for (int64_t group = matrix.row_index[row]; group < matrix.row_index[row + 1]; ++group) {
        unpack_group(matrix, static_cast<size_t>(group), integers.data());
        int32_t difference = 0;
        for (uint32_t i = 0; i < matrix.group_size; ++i) difference += integers[i] - matrix.zeros[group];
        sum += difference * static_cast<double>(half_to_float(matrix.scales[group]));
      }
      constants[row] = static_cast<float>(kOffsetOfX * sum);
    }
  });
}

}  // namespace

PackedParts PrepackCpu(const BsrView& matrix, const CpuLayoutSpec& layout, uint32_t parts) {
  check_layout(matrix, layout);
  const StepShape shape(layout);
  PackedParts packed;
  auto* row_ptr = packed.add<uint32_t>("rowPtr", size_t{matrix.n} + 1);
  fill_row_ptr(matrix, shape, row_ptr);
  fill_tasks_of_rows(row_ptr, matrix.n, parts, packed.add<uint32_t>("tasks", size_t{parts} + 1));

  // One step at least, so that no buffer is empty.
  const size_t steps = std::max<size_t>(1, (size_t{row_ptr[matrix.n]} + shape.groups - 1) / shape.groups);
  packed.units = static_cast<uint32_t>(steps);
  auto* values = packed.add<uint8_t>("values", steps * shape.value_bytes);
  auto* meta = packed.add<uint8_t>("meta", steps * shape.meta_bytes);
  fill_steps(matrix, shape, row_ptr, steps, values, meta);
  if (layout.math == "i8" && layout.bits != 8) {
    fill_row_constants(matrix, packed.add<float>("rowConstants", matrix.n));
  }
  return packed;
}

}  // namespace gqs
