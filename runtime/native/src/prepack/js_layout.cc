#include "js_layout.h"

#include <string>
#include <utility>
#include <vector>

#include "js_fields.h"
#include "prepack_columns.h"
#include "prepack_cpu.h"
#include "prepack_dense.h"
#include "prepack_stream.h"
#include "prepack_tiles.h"

namespace gqs {
namespace {

template <typename T>
T choice(const JsFields& layout, const char* field, const std::vector<std::pair<std::string, T>>& choices) {
  const std::string received = js_string(layout, field);
  std::string expected;
  for (const auto& [name, value] : choices) {
    if (name == received) return value;
    expected += (expected.empty() ? "" : " or ") + name;
  }
  fail_field(layout, field, expected, received);
}

Packer stream_packer(const JsFields& layout, uint32_t parts) {
  StreamLayoutSpec spec;
  spec.bits = js_u32(layout, "bits");
  spec.group_size = js_u32(layout, "groupSize");
  spec.unit_elements = js_u32(layout, "unitElements");
  spec.chunk_elements = js_u32(layout, "chunkElements");
  spec.groups_per_unit = js_u32(layout, "groupsPerUnit");
  spec.lanes_per_group = js_u32(layout, "lanesPerGroup");
  spec.planes = js_u32(layout, "planes");
  spec.vector_words = js_u32(layout, "vectorWords");
  spec.bank_slots = js_u32(layout, "bankSlots");
  spec.order = choice<ElementOrder>(layout, "order",
                                    {{"pairs", ElementOrder::kPairs}, {"bytes", ElementOrder::kBytes}});
  spec.index_form = choice<IndexForm>(layout, "indexForm",
                                      {{"packed", IndexForm::kPacked},
                                       {"wide", IndexForm::kWide},
                                       {"narrow", IndexForm::kNarrow},
                                       {"windowed", IndexForm::kWindowed},
                                       {"shared2", IndexForm::kShared2},
                                       {"shared4", IndexForm::kShared4}});
  spec.partition = choice<StreamPartition>(layout, "partition",
                                           {{"rows", StreamPartition::kRows},
                                            {"tasks", StreamPartition::kTasks},
                                            {"slices", StreamPartition::kSlices}});
  if (spec.partition == StreamPartition::kSlices) {
    spec.rows_per_slice = js_u32(layout, "rowsPerSlice");
    spec.warps_per_cta = js_u32(layout, "warpsPerCta");
  }
  return [spec, parts](const BsrView& matrix) { return prepack_stream(matrix, spec, parts); };
}

Packer columns_packer(const JsFields& layout, uint32_t parts) {
  ColumnsLayoutSpec spec;
  spec.bits = js_u32(layout, "bits");
  spec.group_size = js_u32(layout, "groupSize");
  spec.stored_bits = js_u32(layout, "storedBits");
  spec.part_elements = js_u32(layout, "partElements");
  spec.columns_per_batch = js_u32(layout, "columnsPerBatch");
  spec.warps_per_cta = js_u32(layout, "warpsPerCta");
  return [spec, parts](const BsrView& matrix) { return prepack_columns(matrix, spec, parts); };
}

Packer tiles_packer(const JsFields& layout, uint32_t parts) {
  TilesLayoutSpec spec;
  spec.bits = js_u32(layout, "bits");
  spec.group_size = js_u32(layout, "groupSize");
  spec.stored_bits = js_u32(layout, "storedBits");
  spec.rows_per_tile = js_u32(layout, "rowsPerTile");
  spec.warps_per_cta = js_u32(layout, "warpsPerCta");
  spec.steps_per_round = js_u32(layout, "stepsPerRound");
  return [spec, parts](const BsrView& matrix) { return prepack_tiles(matrix, spec, parts); };
}

Packer dense_packer(const JsFields& layout) {
  const auto type = choice<DenseType>(layout, "type", {{"f16", DenseType::kF16}, {"f32", DenseType::kF32}});
  return [type](const BsrView& matrix) { return prepack_dense(matrix, type); };
}

Packer cpu_packer(const JsFields& layout, uint32_t parts) {
  CpuLayoutSpec spec;
  spec.bits = js_u32(layout, "bits");
  spec.group_size = js_u32(layout, "groupSize");
  spec.groups_per_step = js_u32(layout, "groupsPerStep");
  spec.math = js_string(layout, "math");
  spec.order = js_string(layout, "order");
  return [spec, parts](const BsrView& matrix) { return PrepackCpu(matrix, spec, parts); };
}

}  // namespace

Packer packer_for(const Napi::Value& value, uint32_t parts) {
  const JsFields layout = js_object("layout", value);
  const std::string kind = js_string(layout, "kind");
  if (kind != "stream" && kind != "columns" && kind != "tiles" && kind != "cpu" && kind != "dense") {
    fail_field(layout, "kind", "stream, columns, tiles, cpu or dense", kind);
  }
  const uint32_t version = js_u32(layout, "version");
  const uint32_t known = kind == "stream" || kind == "tiles" ? 4 : kind == "columns" ? 3 : 1;
  if (version != known) fail_field(layout, "version", std::to_string(known), std::to_string(version));
  if (kind == "stream") return stream_packer(layout, parts);
  if (kind == "columns") return columns_packer(layout, parts);
  if (kind == "tiles") return tiles_packer(layout, parts);
  if (kind == "cpu") return cpu_packer(layout, parts);
  return dense_packer(layout);
}

}  // namespace gqs
