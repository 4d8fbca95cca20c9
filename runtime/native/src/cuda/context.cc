#include "cuda/context.h"

#include <utility>

#include "error.h"

namespace gqs {

int gpu_count(const CudaDriver& driver) {
  int count = 0;
  GQS_CUDA(driver, cuDeviceGetCount, &count);
  return count;
}

GpuInfo describe_gpu(const CudaDriver& driver, int index) {
  cuda::CUdevice device = 0;
  GQS_CUDA(driver, cuDeviceGet, &device, index);
  const auto attribute = [&](int which) {
    int value = 0;
    GQS_CUDA(driver, cuDeviceGetAttribute, &value, which, device);
    return value;
  };
  GpuInfo info;
  char text[256] = "";
  GQS_CUDA(driver, cuDeviceGetName, text, sizeof(text), device);
  info.name = text;
  GQS_CUDA(driver, cuDeviceGetPCIBusId, text, sizeof(text), device);
  info.bus_id = text;
  GQS_CUDA(driver, cuDeviceTotalMem, &info.memory_bytes, device);
  info.compute_capability =
      attribute(cuda::kComputeCapabilityMajor) * 10 + attribute(cuda::kComputeCapabilityMinor);
  info.sm_count = attribute(cuda::kMultiprocessorCount);
  info.l2_bytes = attribute(cuda::kL2CacheSize);
  info.shared_per_cta = attribute(cuda::kMaxSharedMemoryPerBlockOptin);
  info.shared_per_sm = attribute(cuda::kMaxSharedMemoryPerMultiprocessor);
  info.registers_per_sm = attribute(cuda::kMaxRegistersPerMultiprocessor);
  info.threads_per_sm = attribute(cuda::kMaxThreadsPerMultiprocessor);
  return info;
}

CudaContext::CudaContext(std::shared_ptr<CudaDriver> driver, int index)
    : driver_(std::move(driver)), info_(describe_gpu(*driver_, index)) {
  GQS_CUDA(*driver_, cuDeviceGet, &device_, index);
  GQS_CUDA(*driver_, cuDevicePrimaryCtxRetain, &handle_, device_);
}

CudaContext::~CudaContext() { (void)api().cuDevicePrimaryCtxRelease(device_); }

}  // namespace gqs
