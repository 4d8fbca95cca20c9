#include "cpu/elf_check.h"

#if defined(__linux__)
#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstring>
#include <fstream>

namespace gqs {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#else
constexpr uint16_t kMachine = EM_NONE;
#endif

template <typename T>
bool read_at(std::ifstream& file, uint64_t offset, T& out) {
  file.seekg(static_cast<std::streamoff>(offset));
  return static_cast<bool>(file.read(reinterpret_cast<char*>(&out), sizeof(T)));
}

bool holds(uint64_t size, uint64_t offset, uint64_t length) {
  return offset <= size && length <= size - offset;
}

}  // namespace

std::optional<std::string> elf_problem(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "cannot be read";
  const auto end = static_cast<std::streamoff>(file.tellg());
  if (end < 0) return "is no regular file";
  const auto size = static_cast<uint64_t>(end);

  ElfW(Ehdr) header;
  if (!read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return "is no ELF file";
  }
  if (header.e_type != ET_DYN) return "is an ELF file but no shared object";
  if (kMachine != EM_NONE && header.e_machine != kMachine) return "is for another machine";
  if (header.e_phentsize != sizeof(ElfW(Phdr))) return "has a damaged header";

  const uint64_t sections = static_cast<uint64_t>(header.e_shentsize) * header.e_shnum;
  if (!holds(size, header.e_shoff, sections)) return "ends early: its section table is missing";
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment;
    if (!read_at(file, header.e_phoff + i * sizeof(segment), segment))
      return "ends early: a header is missing";
    if (!holds(size, segment.p_offset, segment.p_filesz)) return "ends early: a segment is missing";
  }
  return std::nullopt;
}

}  // namespace gqs

#else

namespace gqs {
std::optional<std::string> elf_problem(const std::string&) { return std::nullopt; }
}  // namespace gqs

#endif
