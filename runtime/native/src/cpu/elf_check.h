// Looks at a shared object before the system's loader does.
#pragma once

#include <optional>
#include <string>

namespace gqs {

// What is wrong with the file ("ends early: ..."), or nothing. Elsewhere than on Linux: always nothing.
std::optional<std::string> elf_problem(const std::string& path);

}  // namespace gqs
