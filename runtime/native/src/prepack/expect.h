// What a layout or a matrix has to be, said where it is not.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace gqs {

// Throws std::invalid_argument unless it holds: "Expected <expected> for <field> but received <received>".
inline void expect(bool holds, const std::string& expected, const std::string& field, uint64_t received) {
  if (holds) return;
  throw std::invalid_argument("Expected " + expected + " for " + field + " but received " +
                              std::to_string(received));
}

}  // namespace gqs
