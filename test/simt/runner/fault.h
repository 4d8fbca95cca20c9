// Reports what a kernel did wrong and ends the process: there is no way back from the middle of a fiber.
#pragma once

#include <string>

namespace simt {

// Exit status of a process whose kernel broke a rule of the machine.
constexpr int kFaultStatus = 3;

// Where the machine is, printed in front of each message.
struct Place {
  std::string launch;
  bool in_thread = false;
  unsigned block = 0;
  unsigned thread = 0;
};

Place& place();

[[noreturn]] void fault(const std::string& message);

// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...);

}  // namespace simt
