#include "guarded_buffer.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "fault.h"

namespace simt {
namespace {

constexpr unsigned char kCanary = 0xa5;

// The living buffers, for the signal handler.
std::vector<const GuardedBuffer*>& buffers() {
  static std::vector<const GuardedBuffer*> all;
  return all;
}

size_t page_bytes() {
  static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

void on_signal(int signal, siginfo_t* info, void*) {
  if (signal == SIGILL || signal == SIGTRAP) {
    fault("undefined behaviour: a misaligned address, a shift by too many bits or an index out of bounds");
  }
  if (signal == SIGFPE) fault("division by zero");
  for (const GuardedBuffer* buffer : buffers()) {
    if (buffer->covers(info->si_addr)) fault(buffer->describe(info->si_addr));
  }
  fault(text("invalid access to address %p, outside of all buffers", info->si_addr));
}

}  // namespace

GuardedBuffer::GuardedBuffer(std::string name, size_t bytes, size_t alignment, Placement placement)
    : name_(std::move(name)), bytes_(bytes) {
  const size_t page = page_bytes();
  const size_t inner = (bytes + page - 1) / page * page;
  mapped_ = inner + 2 * page;
  void* mapping = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) fault(text("cannot map %zu bytes for buffer '%s'", mapped_, name_.c_str()));
  mapping_ = static_cast<unsigned char*>(mapping);
  unsigned char* begin = mapping_ + page;
  if (inner > 0) mprotect(begin, inner, PROT_READ | PROT_WRITE);
  data_ = placement == Placement::kAtEnd ? begin + (inner - bytes) / alignment * alignment : begin;
  memset(begin, kCanary, static_cast<size_t>(data_ - begin));
  memset(data_ + bytes, kCanary, static_cast<size_t>(begin + inner - (data_ + bytes)));
  buffers().push_back(this);
}

GuardedBuffer::~GuardedBuffer() {
  std::erase(buffers(), this);
  munmap(mapping_, mapped_);
}

void GuardedBuffer::forbid_writes() {
  const size_t page = page_bytes();
  if (mapped_ > 2 * page) mprotect(mapping_ + page, mapped_ - 2 * page, PROT_READ);
}

void GuardedBuffer::check_canaries() const {
  const size_t page = page_bytes();
  const unsigned char* end = mapping_ + mapped_ - page;
  for (const unsigned char* byte = mapping_ + page; byte < end; ++byte) {
    if (byte == data_) byte += bytes_;
    if (byte == end) break;
    if (*byte != kCanary) fault(describe(byte));
  }
}

bool GuardedBuffer::covers(const void* address) const {
  const auto* byte = static_cast<const unsigned char*>(address);
  return byte >= mapping_ && byte < mapping_ + mapped_;
}

std::string GuardedBuffer::describe(const void* address) const {
  const ptrdiff_t offset = static_cast<const unsigned char*>(address) - data_;
  const bool inside = offset >= 0 && static_cast<size_t>(offset) < bytes_;
  return text("%s at byte %td of buffer '%s' (%zu bytes)",
              inside ? "write to read-only memory" : "access out of bounds", offset, name_.c_str(), bytes_);
}

void install_fault_handlers() {
  // A fiber may have used up its own stack.
  static std::vector<unsigned char> stack(size_t{1} << 16);
  stack_t alternate{};
  alternate.ss_sp = stack.data();
  alternate.ss_size = stack.size();
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE}) sigaction(signal, &action, nullptr);
}

}  // namespace simt
