// The layouts of generator/layout.ts as they come from JavaScript.
#pragma once

#include <napi.h>

#include <cstdint>
#include <functional>

#include "bsr.h"
#include "packed.h"

namespace gqs {

// Packs a valid matrix; holds nothing of JavaScript, so that it may run on any thread.
using Packer = std::function<PackedParts(const BsrView&)>;

// Throws std::invalid_argument for a layout, or a version of one, that prepacking does not know.
Packer packer_for(const Napi::Value& layout, uint32_t parts);

}  // namespace gqs
