#include "prepack_stream.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "parallel.h"
#include "row_encoder.h"
#include "stream_check.h"
#include "stream_partition.h"
#include "unit_bits.h"

namespace gqs {
namespace {

constexpr size_t kRowGrain = 32;
constexpr uint64_t kMaxUnits = 0xffff'ffe0;  // the stride is a u32

std::vector<uint32_t> count_units(const BsrView& matrix, const StreamLayoutSpec& layout) {
  std::vector<uint32_t> units(matrix.n);
  uint64_t total = 0;
  for (size_t row = 0; row < matrix.n; ++row) {
    const auto groups = static_cast<uint32_t>(matrix.row_index[row + 1] - matrix.row_index[row]);
    units[row] = (groups + layout.groups_per_unit - 1) / layout.groups_per_unit * layout.lanes_per_group;
    total += units[row];
  }
  if (total > kMaxUnits) {
    throw std::invalid_argument("Expected at most 2^32 - 32 units for the packed matrix but received " +
                                std::to_string(total));
  }
  return units;
}

// Adds row_ptr and the tables of the partition; returns row_ptr, and the stored order of rows in `order`.
std::span<const uint32_t> add_rows(PackedParts& packed, std::span<const uint32_t> units,
                                   StreamPartition partition, uint32_t parts, std::vector<uint32_t>& order) {
  order.resize(units.size());
  std::iota(order.begin(), order.end(), 0u);
  if (partition == StreamPartition::kBins) {
    RowBins bins = bins_of_rows(units, parts);
    order = std::move(bins.row_ids);
    std::copy(order.begin(), order.end(), packed.add<uint32_t>("rowIds", order.size()));
    std::copy(bins.begins.begin(), bins.begins.end(), packed.add<uint32_t>("bins", bins.begins.size()));
  }
  const std::span row_ptr(packed.add<uint32_t>("rowPtr", units.size() + 1), units.size() + 1);
  for (size_t i = 0; i < order.size(); ++i) row_ptr[i + 1] = row_ptr[i] + units[order[i]];
  if (partition == StreamPartition::kTasks) {
    fill_tasks(row_ptr, parts, packed.add<uint32_t>("tasks", 2 * (parts + size_t{1})));
  }
  return row_ptr;
}

StreamSinks add_sinks(PackedParts& packed, const StreamLayoutSpec& layout) {
  const size_t stride = packed.units;
  const size_t metas = stride / layout.lanes_per_group * layout.groups_per_unit;
  StreamSinks sinks{};
  sinks.unit_stride = stride;
  sinks.values = packed.add<uint32_t>("values", stride * layout.words_per_unit());
  sinks.meta = packed.add<uint32_t>("meta", metas);
  if (layout.index_form == IndexForm::kWide) sinks.zeros = packed.add<uint8_t>("zeros", metas);
  return sinks;
}

}  // namespace

PackedParts prepack_stream(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t parts) {
  check_stream_layout(matrix, layout, parts);
  const std::vector<uint32_t> units = count_units(matrix, layout);
  PackedParts packed;
  std::vector<uint32_t> order;
  const std::span<const uint32_t> row_ptr = add_rows(packed, units, layout.partition, parts, order);
  packed.units = std::max(32u, (row_ptr.back() + 31) / 32 * 32);
  const StreamSinks sinks = add_sinks(packed, layout);
  const std::vector<BitPiece> pieces = unit_bit_pieces(layout);
  parallel_for(order.size(), kRowGrain, [&](size_t begin, size_t end) {
    RowEncoder encoder(matrix, layout, pieces, sinks);
    for (size_t i = begin; i < end; ++i) encoder.encode_row(order[i], row_ptr[i]);
  });
  return packed;
}

}  // namespace gqs
