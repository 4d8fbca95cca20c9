// Arguments as kernels take them, on a GPU and on a CPU: an array of pointers to the values.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "device.h"

namespace gqs {

class PackedArguments {
 public:
  explicit PackedArguments(const std::vector<Argument>& args) : values_(args.size()) {
    pointers_.reserve(args.size());
    for (size_t i = 0; i < args.size(); ++i) {
      if (args[i].buffer) {
        values_[i] = args[i].buffer->address() + args[i].offset;
      } else {
        std::memcpy(&values_[i], &args[i].scalar, sizeof(uint32_t));
      }
      pointers_.push_back(&values_[i]);
    }
  }
  // pointers_ points into values_: moving keeps both, copying would not.
  PackedArguments(PackedArguments&&) = default;
  PackedArguments& operator=(PackedArguments&&) = default;
  PackedArguments(const PackedArguments&) = delete;
  PackedArguments& operator=(const PackedArguments&) = delete;

  const void* const* data() const { return pointers_.data(); }

 private:
  std::vector<uint64_t> values_;
  std::vector<const void*> pointers_;
};

}  // namespace gqs
