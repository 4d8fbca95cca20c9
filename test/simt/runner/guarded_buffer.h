// Memory of a kernel between two pages that cannot be touched.
#pragma once

#include <cstddef>
#include <string>

namespace simt {

// Which guard page the data touches: accesses behind the end or in front of the start fault at once. What is
// left of the data's pages on the other side holds canaries.
enum class Placement { kAtEnd, kAtStart };

class GuardedBuffer {
 public:
  // `alignment`: a power of two, at most the page size; with kAtEnd it may keep a few canaries behind the
  // end.
  GuardedBuffer(std::string name, size_t bytes, size_t alignment, Placement placement);
  ~GuardedBuffer();
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  const std::string& name() const { return name_; }
  unsigned char* data() const { return data_; }
  size_t bytes() const { return bytes_; }

  void forbid_writes();
  // Faults when a canary was overwritten.
  void check_canaries() const;
  // Whether the address lies in the mapping, guard pages included.
  bool covers(const void* address) const;
  // What an access at the address, which the mapping covers, did wrong.
  std::string describe(const void* address) const;

 private:
  std::string name_;
  size_t bytes_;
  unsigned char* mapping_;
  size_t mapped_;
  unsigned char* data_;
};

// Makes invalid accesses and traps name the buffer, the block and the thread. Once per process.
void install_fault_handlers();

}  // namespace simt
