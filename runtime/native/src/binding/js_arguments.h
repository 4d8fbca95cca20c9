// Numbers that JavaScript passed, checked.
#pragma once

#include <napi.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "error.h"

namespace gqs {

inline std::string shown(const Napi::Value& value) {
  if (value.IsNumber() || value.IsBoolean() || value.IsNull() || value.IsUndefined()) {
    return value.ToString().Utf8Value();
  }
  if (value.IsString()) return "a string";
  if (value.IsFunction()) return "a function";
  if (value.IsBigInt()) return "a bigint";
  return value.IsObject() ? "an object" : "a symbol";
}

// A whole number in [low, high]; otherwise throws DeviceError INVALID_ARGUMENT naming `what`.
inline uint64_t whole_number(const char* call, const std::string& what, const Napi::Value& value,
                             uint64_t low, uint64_t high) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= static_cast<double>(low) && number <= static_cast<double>(high)) ||
      number != std::floor(number)) {
    fail(kInvalidArgument, call,
         "Expected a whole number from " + std::to_string(low) + " to " + std::to_string(high) + " for " +
             what + " but received " + shown(value));
  }
  return static_cast<uint64_t>(number);
}

inline constexpr uint64_t kMostSafe = 9007199254740991;  // Number.MAX_SAFE_INTEGER

// undefined gives `fallback`.
inline uint64_t optional_number(const char* call, const std::string& what, const Napi::Value& value,
                                uint64_t fallback, uint64_t low, uint64_t high) {
  return value.IsUndefined() ? fallback : whole_number(call, what, value, low, high);
}

inline std::string text_argument(const char* call, const std::string& what, const Napi::Value& value) {
  if (!value.IsString()) {
    fail(kInvalidArgument, call, "Expected a string for " + what + " but received " + shown(value));
  }
  std::string text = value.As<Napi::String>().Utf8Value();
  if (text.find('\0') != std::string::npos) {
    fail(kInvalidArgument, call, "Expected " + what + " without a NUL character");
  }
  return text;
}

}  // namespace gqs
