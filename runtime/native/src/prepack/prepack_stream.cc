#include "prepack_stream.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "group_order.h"
#include "parallel.h"
#include "row_encoder.h"
#include "slice_order.h"
#include "slices.h"
#include "stream_check.h"
#include "stream_partition.h"
#include "unit_bits.h"
#include "window_order.h"

namespace gqs {
namespace {

constexpr size_t kRowGrain = 32;

std::vector<uint32_t> count_units(const BsrView& matrix, const StreamLayoutSpec& layout) {
  std::vector<uint32_t> units(matrix.n);
  uint64_t total = 0;
  for (size_t row = 0; row < matrix.n; ++row) {
    const auto groups = static_cast<uint32_t>(matrix.row_index[row + 1] - matrix.row_index[row]);
    units[row] = (groups + layout.groups_per_unit - 1) / layout.groups_per_unit * layout.lanes_per_group;
    total += units[row];
  }
  if (total > kMostUnits) {
    throw std::invalid_argument("Expected at most " + std::to_string(kMostUnits) +
                                " units for the packed matrix but received " + std::to_string(total));
  }
  return units;
}

// Adds row_ptr and the tables of the partition; returns where each row's units go.
std::vector<RowPlace> place_rows(PackedParts& packed, std::span<const uint32_t> units,
                                 StreamPartition partition, uint32_t parts) {
  const std::span row_ptr(packed.add<uint32_t>("rowPtr", units.size() + 1), units.size() + 1);
  std::partial_sum(units.begin(), units.end(), row_ptr.begin() + 1);
  if (partition == StreamPartition::kTasks) {
    fill_tasks(row_ptr, parts, packed.add<uint32_t>("tasks", 2 * (parts + size_t{1})));
  }
  packed.units = std::max(32u, (row_ptr.back() + 31) / 32 * 32);
  std::vector<RowPlace> places(units.size());
  for (size_t row = 0; row < units.size(); ++row) places[row].first = row_ptr[row];
  return places;
}

void add_table(PackedParts& packed, const char* role, const std::vector<uint32_t>& table) {
  std::copy(table.begin(), table.end(), packed.add<uint32_t>(role, table.size()));
}

std::vector<RowPlace> place_slices(PackedParts& packed, const SortedRows& rows,
                                   const StreamLayoutSpec& layout, uint32_t parts) {
  const Slices slices = slices_of_rows(rows, layout.warps_per_cta, parts);
  add_table(packed, "slices", slices.tables);
  packed.units = slices.steps * 32;
  std::vector<RowPlace> places(rows.rows());
  for (size_t row = 0; row < places.size(); ++row)
    places[row] = {slices.first_unit[row], layout.units_along()};
  return places;
}

StreamSinks add_sinks(PackedParts& packed, const StreamLayoutSpec& layout) {
  const size_t stride = packed.units;
  const size_t groups = stride / layout.lanes_per_group * layout.groups_per_unit;
  StreamSinks sinks{};
  sinks.unit_stride = stride;
  sinks.values = packed.add<uint32_t>("values", stride * layout.words_per_unit());
  sinks.meta = packed.add<uint32_t>("meta", layout.meta_words(groups));
  switch (layout.index_form) {
    case IndexForm::kPacked:
    case IndexForm::kShared4:
      break;
    case IndexForm::kWide:
      sinks.zeros = packed.add<uint8_t>("zeros", groups);
      break;
    case IndexForm::kNarrow:
      sinks.columns = packed.add<uint8_t>("columns", groups);
      sinks.zeros = packed.add<uint8_t>("zeros", groups / 2);
      break;
    case IndexForm::kWindowed:
      sinks.columns = packed.add<uint8_t>("columns", groups);
      sinks.zeros = packed.add<uint8_t>("zeros", groups / 2);
      sinks.bases = packed.add<uint16_t>("bases", stride / 32);
      break;
    case IndexForm::kShared2:
      sinks.zeros = packed.add<uint8_t>("zeros", groups / 2);
      break;
  }
  return sinks;
}

}  // namespace

PackedParts prepack_stream(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t parts) {
  check_stream_layout(matrix, layout, parts);
  const std::vector<uint32_t> units = count_units(matrix, layout);
  PackedParts packed;
  std::vector<RowPlace> places;
  std::optional<WindowOrder> windows;
  std::optional<SliceOrder> slices;
  if (layout.partition == StreamPartition::kSlices) {
    SortedRows rows(units, layout.rows_per_slice);
    if (layout.index_form == IndexForm::kWindowed) {
      windows.emplace(matrix, layout, rows);
    } else if (SliceOrder::applies_to(layout)) {
      slices.emplace(matrix, layout, rows);
    }
    places = place_slices(packed, rows, layout, parts);
  } else {
    places = place_rows(packed, units, layout.partition, parts);
  }
  const StreamSinks sinks = add_sinks(packed, layout);
  if (windows) windows->fill_bases(places, sinks.bases);
  const std::vector<BitPiece> pieces = unit_bit_pieces(layout);
  parallel_for(places.size(), kRowGrain, [&](size_t begin, size_t end) {
    RowEncoder encoder(matrix, layout, pieces, sinks);
    std::vector<size_t> order;
    for (size_t row = begin; row < end; ++row) {
      std::span<const size_t> groups;
      if (windows) {
        groups = windows->groups_of(row);
      } else if (slices) {
        groups = slices->groups_of(row);
      } else {
        order_groups(matrix, layout, row, places[row], order);
        groups = order;
      }
      encoder.encode_row(groups, places[row]);
    }
  });
  return packed;
}

}  // namespace gqs
