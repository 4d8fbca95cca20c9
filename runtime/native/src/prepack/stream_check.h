// Whether a stream layout is one that prepacking knows and the matrix fits.
#pragma once

#include "prepack_stream.h"

namespace gqs {

// Throws std::invalid_argument, naming the field, what was expected and what was received.
void check_stream_layout(const BsrView& matrix, const StreamLayoutSpec& layout, uint32_t parts);

}  // namespace gqs
