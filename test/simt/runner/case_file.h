// What the test driver asks for: launches with their arguments. Little-endian 32-bit numbers:
//   cases; per case: seed, blocks, threads, dynamic shared bytes, resident blocks, launches, arguments;
//   per argument: kind (0 number, 1 buffer); a number: its value;
//   a buffer: access, alignment, length of its name, length of its data; then name and data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace simt {

enum class Access : uint32_t {
  kRead,
  // Written by the kernel: starts each launch with the given data.
  kOutput,
  // Read and written: what one launch leaves is what the next one finds.
  kPersistent
};

struct Argument {
  bool is_buffer;
  uint32_t number;
  Access access;
  uint32_t alignment;
  std::string name;
  std::vector<unsigned char> data;
};

struct Case {
  uint32_t seed;
  uint32_t blocks;
  uint32_t threads;
  uint32_t dynamic_shared_bytes;
  uint32_t resident;
  uint32_t launches;
  std::vector<Argument> arguments;
};

// Faults when the file cannot be read or is cut short.
std::vector<Case> read_cases(const std::string& path);

}  // namespace simt
