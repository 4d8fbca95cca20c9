// The CUDA driver of this machine, when it has one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "cuda/driver_api.h"
#include "cuda/nvml.h"

namespace gqs {

struct CudaUnavailable {
  std::string problem;
  std::string remedy;
};

class CudaDriver {
 public:
  // Loads and initialises libcuda.so.1. It stays loaded until the process ends: unloading it is not
  // supported.
  static std::variant<std::shared_ptr<CudaDriver>, CudaUnavailable> load();

  const cuda::DriverApi& api() const { return api_; }
  // "570.86.15 (CUDA 12.8)", or without the first where NVML is absent.
  std::string version() const;
  // Null where NVML is absent.
  const Nvml* nvml() const { return nvml_.get(); }

  // Throws DeviceError unless `result` is success: call, driver's name, description, file:line.
  void check(cuda::CUresult result, const char* call, const char* file, int line) const;

 private:
  cuda::DriverApi api_{};
  std::unique_ptr<Nvml> nvml_;
};

}  // namespace gqs

// GQS_CUDA(driver, cuMemAlloc, &pointer, bytes): the call, checked.
#define GQS_CUDA(driver, function, ...) \
  (driver).check((driver).api().function(__VA_ARGS__), #function, __FILE__, __LINE__)
