#include "fault.h"

#include <unistd.h>

#include <cstdarg>
#include <cstdio>

namespace simt {

Place& place() {
  static Place current;
  return current;
}

void fault(const std::string& message) {
  const Place& at = place();
  std::string where = at.launch;
  if (at.in_thread) where += text("%sblock %u, thread %u", where.empty() ? "" : ", ", at.block, at.thread);
  fprintf(stderr, "simt: %s%s%s\n", where.c_str(), where.empty() ? "" : ": ", message.c_str());
  fflush(stderr);
  _exit(kFaultStatus);
}

std::string text(const char* format, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(buffer, sizeof(buffer), format, arguments);
  va_end(arguments);
  return buffer;
}

}  // namespace simt
