// The one exception of the native layer. It becomes the DeviceError of TypeScript at the N-API edge.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace gqs {

struct ErrorFields {
  std::string call;         // what was asked for: "DeviceBuffer.write", "cuLaunchKernelEx"
  std::string code;         // the driver's name of the error, or one of the constants below
  std::string description;  // what was expected and what was received, or the driver's words
  bool sticky = false;      // the device can do nothing more in this process
};

inline constexpr const char* kInvalidArgument = "INVALID_ARGUMENT";
inline constexpr const char* kOutOfRange = "OUT_OF_RANGE";
inline constexpr const char* kOutOfMemory = "OUT_OF_MEMORY";
inline constexpr const char* kClosed = "CLOSED";
inline constexpr const char* kBadFile = "BAD_FILE";
inline constexpr const char* kNoSymbol = "NO_SYMBOL";
inline constexpr const char* kNoDevice = "NO_DEVICE";
inline constexpr const char* kNotReady = "NOT_READY";
inline constexpr const char* kInternal = "INTERNAL";

class DeviceError : public std::runtime_error {
 public:
  // where: "file:line", or empty when the caller's mistake says it all.
  explicit DeviceError(ErrorFields fields, const std::string& where = "")
      : std::runtime_error(message_of(fields, where)), fields_(std::move(fields)) {}

  const ErrorFields& fields() const { return fields_; }

 private:
  static std::string message_of(const ErrorFields& fields, const std::string& where) {
    std::string message = fields.call;
    message.append(": ").append(fields.description).append(" (").append(fields.code);
    if (!where.empty()) message.append(" at ").append(where);
    return message.append(")");
  }

  ErrorFields fields_;
};

[[noreturn]] inline void fail(const char* code, std::string call, std::string description) {
  throw DeviceError({std::move(call), code, std::move(description)});
}

}  // namespace gqs
