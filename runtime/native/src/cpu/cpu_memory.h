// Memory of a CPU device.
#pragma once

#include <cstddef>
#include <memory>

#include "cpu/cpu_queue.h"
#include "device.h"

namespace gqs {

// Zeroed; 64-byte aligned, in huge pages where the system has them when it is large.
class CpuBuffer final : public Buffer {
 public:
  // queue: what has to end before memory is read or written from outside. Throws DeviceError OUT_OF_MEMORY.
  CpuBuffer(size_t bytes, std::shared_ptr<CpuQueue::State> queue);

  void write(size_t offset, const void* data, size_t length) override;
  void read(size_t offset, void* data, size_t length) override;
  void fill(size_t offset, uint8_t byte, size_t length) override;
  uint64_t address() const override { return reinterpret_cast<uint64_t>(memory_.get()); }

 private:
  struct Release {
    size_t mapped = 0;  // 0: came from aligned_alloc
    void operator()(std::byte* memory) const;
  };
  static std::unique_ptr<std::byte, Release> reserve(size_t bytes);

  std::unique_ptr<std::byte, Release> memory_;
  std::shared_ptr<CpuQueue::State> queue_;
};

}  // namespace gqs
