// What prepacking makes: named byte buffers that a kernel takes as arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace gqs {

// Zeroed bytes, aligned to 64. Untouched pages cost nothing until they are written, so filling it from
// several threads also spreads the page faults.
class AlignedBuffer {
 public:
  static constexpr size_t kAlignment = 64;

  AlignedBuffer() = default;

  // Throws std::bad_alloc.
  explicit AlignedBuffer(size_t bytes)
      : memory_(std::calloc(bytes + kAlignment, 1), &std::free), bytes_(bytes) {
    if (!memory_) throw std::bad_alloc();
    const auto address = reinterpret_cast<uintptr_t>(memory_.get());
    data_ = reinterpret_cast<uint8_t*>((address + kAlignment - 1) / kAlignment * kAlignment);
  }

  AlignedBuffer(AlignedBuffer&& other) noexcept { *this = std::move(other); }
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    memory_ = std::move(other.memory_);
    data_ = std::exchange(other.data_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
    return *this;
  }

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t bytes() const { return bytes_; }

  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(data_);
  }

 private:
  std::unique_ptr<void, decltype(&std::free)> memory_{nullptr, &std::free};
  uint8_t* data_ = nullptr;
  size_t bytes_ = 0;
};

// role: a BufferRole of generator/manifest.ts, such as "values" or "rowPtr".
struct PackedBuffer {
  std::string role;
  AlignedBuffer bytes;
};

struct PackedParts {
  // What a kernel's `units` argument is: for a stream the unit stride; a CPU layout says itself what it
  // counts.
  uint32_t units = 0;
  std::vector<PackedBuffer> buffers;

  // Adds a zeroed buffer and returns its first byte as T*. Stays valid while more buffers are added.
  template <typename T>
  T* add(std::string role, size_t count) {
    buffers.push_back({std::move(role), AlignedBuffer(count * sizeof(T))});
    return buffers.back().bytes.as<T>();
  }
};

}  // namespace gqs
