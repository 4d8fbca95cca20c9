// A GPU that was opened: its primary context, current on whichever thread needs it.
#pragma once

#include <memory>
#include <string>

#include "cuda/driver.h"

namespace gqs {

struct GpuInfo {
  std::string name;
  int compute_capability = 0;  // times ten
  int sm_count = 0;
  int l2_bytes = 0;
  int shared_per_cta = 0;  // opt-in
  int shared_per_sm = 0;
  int registers_per_sm = 0;
  int threads_per_sm = 0;
  size_t memory_bytes = 0;
  std::string bus_id;
};

int gpu_count(const CudaDriver& driver);

// Asks the driver; makes no context. Throws DeviceError.
GpuInfo describe_gpu(const CudaDriver& driver, int index);

class CudaContext {
 public:
  CudaContext(std::shared_ptr<CudaDriver> driver, int index);
  ~CudaContext();
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;

  const CudaDriver& driver() const { return *driver_; }
  const cuda::DriverApi& api() const { return driver_->api(); }
  const GpuInfo& info() const { return info_; }
  cuda::CUcontext handle() const { return handle_; }

 private:
  std::shared_ptr<CudaDriver> driver_;
  GpuInfo info_;
  cuda::CUdevice device_ = 0;
  cuda::CUcontext handle_ = nullptr;
};

// Makes the context current on this thread for as long as it lives.
class CurrentContext {
 public:
  explicit CurrentContext(const CudaContext& context) : context_(context) {
    GQS_CUDA(context.driver(), cuCtxPushCurrent, context.handle());
  }
  ~CurrentContext() {
    cuda::CUcontext popped = nullptr;
    (void)context_.api().cuCtxPopCurrent(&popped);
  }
  CurrentContext(const CurrentContext&) = delete;
  CurrentContext& operator=(const CurrentContext&) = delete;

 private:
  const CudaContext& context_;
};

// For destructors: runs `release` with the context current. After a sticky error nothing can be released any
// more; the driver frees all of it with the process.
template <typename Release>
void release_in(const CudaContext& context, const Release& release) noexcept {
  if (context.api().cuCtxPushCurrent(context.handle()) != cuda::kSuccess) return;
  release(context.api());
  cuda::CUcontext popped = nullptr;
  (void)context.api().cuCtxPopCurrent(&popped);
}

}  // namespace gqs
