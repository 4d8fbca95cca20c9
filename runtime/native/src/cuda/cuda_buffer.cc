#include "cuda/cuda_buffer.h"

#include <algorithm>
#include <utility>

namespace gqs {
namespace {

constexpr cuda::CUstream kLegacyStream = nullptr;

}  // namespace

CudaBuffer::CudaBuffer(std::shared_ptr<CudaContext> context, size_t bytes)
    : Buffer(bytes), context_(std::move(context)) {
  const CurrentContext current(*context_);
  const size_t reserved = std::max<size_t>(bytes, 1);  // the driver refuses 0
  GQS_CUDA(context_->driver(), cuMemAlloc, &pointer_, reserved);
  try {
    GQS_CUDA(context_->driver(), cuMemsetD8Async, pointer_, 0, reserved, kLegacyStream);
  } catch (...) {
    (void)context_->api().cuMemFree(pointer_);
    throw;
  }
}

CudaBuffer::~CudaBuffer() {
  release_in(*context_, [this](const cuda::DriverApi& api) { (void)api.cuMemFree(pointer_); });
}

void CudaBuffer::write(size_t offset, const void* data, size_t length) {
  if (length == 0) return;
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuMemcpyHtoDAsync, pointer_ + offset, data, length, kLegacyStream);
  // From pageable memory the copy may return when the data is staged only.
  GQS_CUDA(context_->driver(), cuStreamSynchronize, kLegacyStream);
}

void CudaBuffer::read(size_t offset, void* data, size_t length) {
  if (length == 0) return;
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuMemcpyDtoHAsync, data, pointer_ + offset, length, kLegacyStream);
  GQS_CUDA(context_->driver(), cuStreamSynchronize, kLegacyStream);
}

void CudaBuffer::fill(size_t offset, uint8_t byte, size_t length) {
  if (length == 0) return;
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuMemsetD8Async, pointer_ + offset, byte, length, kLegacyStream);
  GQS_CUDA(context_->driver(), cuStreamSynchronize, kLegacyStream);
}

}  // namespace gqs
