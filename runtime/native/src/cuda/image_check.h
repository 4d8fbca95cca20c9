// Looks at a module's file before the driver does, which is not told how long it is.
#pragma once

#include <optional>
#include <string>

namespace gqs {

// What is wrong with a cubin, fatbin or PTX text, or nothing.
std::optional<std::string> image_problem(const std::string& image);

}  // namespace gqs
