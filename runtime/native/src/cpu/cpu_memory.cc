#include "cpu/cpu_memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "error.h"

namespace gqs {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = 2u << 20;

size_t round_up(size_t bytes, size_t multiple) { return (bytes + multiple - 1) / multiple * multiple; }

[[noreturn]] void fail_memory(size_t bytes) {
  fail(kOutOfMemory, "Device.allocate",
       "Expected " + std::to_string(bytes) + " bytes of memory but the system has no more");
}

// Maps zero pages at a multiple of the huge page size: maps one more than needed and returns what sticks out.
std::byte* map_pages(size_t bytes) {
  void* mapped = mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const start = static_cast<std::byte*>(mapped);
  const size_t before =
      round_up(reinterpret_cast<size_t>(start), kHugePage) - reinterpret_cast<size_t>(start);
  if (before > 0) munmap(start, before);
  if (before < kHugePage) munmap(start + before + bytes, kHugePage - before);
#if defined(MADV_HUGEPAGE)
  (void)madvise(start + before, bytes, MADV_HUGEPAGE);  // without it: small pages, slower, correct
#endif
  return start + before;
}

}  // namespace

void CpuBuffer::Release::operator()(std::byte* memory) const {
  if (mapped > 0) {
    munmap(memory, mapped);
  } else {
    std::free(memory);
  }
}

std::unique_ptr<std::byte, CpuBuffer::Release> CpuBuffer::reserve(size_t bytes) {
  if (bytes > (SIZE_MAX >> 2)) fail_memory(bytes);
  if (bytes >= kHugePage) {
    const size_t mapped = round_up(bytes, kHugePage);
    std::byte* memory = map_pages(mapped);
    if (memory == nullptr) fail_memory(bytes);
    return {memory, Release{mapped}};
  }
  const size_t rounded = round_up(bytes == 0 ? 1 : bytes, kAlignment);
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(kAlignment, rounded));
  if (memory == nullptr) fail_memory(bytes);
  std::memset(memory, 0, rounded);
  return {memory, Release{}};
}

CpuBuffer::CpuBuffer(size_t bytes, std::shared_ptr<CpuQueue::State> queue)
    : Buffer(bytes), memory_(reserve(bytes)), queue_(std::move(queue)) {}

void CpuBuffer::write(size_t offset, const void* data, size_t length) {
  queue_->drain();
  if (length > 0) std::memcpy(memory_.get() + offset, data, length);
}

void CpuBuffer::read(size_t offset, void* data, size_t length) {
  queue_->drain();
  if (length > 0) std::memcpy(data, memory_.get() + offset, length);
}

void CpuBuffer::fill(size_t offset, uint8_t byte, size_t length) {
  queue_->drain();
  if (length > 0) std::memset(memory_.get() + offset, byte, length);
}

}  // namespace gqs
