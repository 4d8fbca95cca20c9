// The place of a row where there is none.
#pragma once

#include <cstdint>

namespace gqs {

constexpr uint32_t kNoRow = 0xffffffff;

}  // namespace gqs
