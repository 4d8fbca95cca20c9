// Memory of a GPU.
#pragma once

#include <memory>

#include "cuda/context.h"
#include "device.h"

namespace gqs {

// Copies and fills go through the legacy stream, which waits for all blocking streams and is waited for by
// them.
class CudaBuffer final : public Buffer {
 public:
  CudaBuffer(std::shared_ptr<CudaContext> context, size_t bytes);
  ~CudaBuffer() override;

  void write(size_t offset, const void* data, size_t length) override;
  void read(size_t offset, void* data, size_t length) override;
  void fill(size_t offset, uint8_t byte, size_t length) override;
  uint64_t address() const override { return pointer_; }

 private:
  std::shared_ptr<CudaContext> context_;
  cuda::CUdeviceptr pointer_ = 0;
};

}  // namespace gqs
