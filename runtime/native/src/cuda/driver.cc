#include "cuda/driver.h"

#include <dlfcn.h>

#include <cstring>

#include "error.h"

namespace gqs {
namespace {

using cuda::CUresult;
using cuda::DriverApi;

constexpr const char* kInstallDriver =
    "install the NVIDIA driver (535 or newer), or in a container pass the GPU through (docker run --gpus "
    "all)";

template <typename Function>
void resolve(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
}

// Fills the table; returns the first name that the driver lacks, or null.
const char* resolve_all(void* library, DriverApi& api) {
  const char* missing = nullptr;
  const auto need = [&](const char* name, auto*& function) {
    resolve(library, name, function);
    if (function == nullptr && missing == nullptr) missing = name;
  };
  need("cuInit", api.cuInit);
  need("cuDriverGetVersion", api.cuDriverGetVersion);
  need("cuGetErrorName", api.cuGetErrorName);
  need("cuGetErrorString", api.cuGetErrorString);
  need("cuDeviceGetCount", api.cuDeviceGetCount);
  need("cuDeviceGet", api.cuDeviceGet);
  need("cuDeviceGetName", api.cuDeviceGetName);
  need("cuDeviceTotalMem_v2", api.cuDeviceTotalMem);
  need("cuDeviceGetAttribute", api.cuDeviceGetAttribute);
  need("cuDeviceGetPCIBusId", api.cuDeviceGetPCIBusId);
  need("cuDevicePrimaryCtxRetain", api.cuDevicePrimaryCtxRetain);
  need("cuDevicePrimaryCtxRelease_v2", api.cuDevicePrimaryCtxRelease);
  need("cuCtxPushCurrent_v2", api.cuCtxPushCurrent);
  need("cuCtxPopCurrent_v2", api.cuCtxPopCurrent);
  need("cuCtxSynchronize", api.cuCtxSynchronize);
  need("cuMemGetInfo_v2", api.cuMemGetInfo);
  need("cuMemAlloc_v2", api.cuMemAlloc);
  need("cuMemFree_v2", api.cuMemFree);
  need("cuMemcpyHtoDAsync_v2", api.cuMemcpyHtoDAsync);
  need("cuMemcpyDtoHAsync_v2", api.cuMemcpyDtoHAsync);
  need("cuMemcpyDtoDAsync_v2", api.cuMemcpyDtoDAsync);
  need("cuMemsetD8Async", api.cuMemsetD8Async);
  need("cuModuleLoadDataEx", api.cuModuleLoadDataEx);
  need("cuModuleUnload", api.cuModuleUnload);
  need("cuModuleGetFunction", api.cuModuleGetFunction);
  need("cuFuncGetAttribute", api.cuFuncGetAttribute);
  need("cuFuncSetAttribute", api.cuFuncSetAttribute);
  need("cuOccupancyMaxActiveBlocksPerMultiprocessor", api.cuOccupancyMaxActiveBlocksPerMultiprocessor);
  need("cuLaunchKernelEx", api.cuLaunchKernelEx);
  need("cuStreamCreate", api.cuStreamCreate);
  need("cuStreamDestroy_v2", api.cuStreamDestroy);
  need("cuStreamSynchronize", api.cuStreamSynchronize);
  need("cuStreamBeginCapture_v2", api.cuStreamBeginCapture);
  need("cuStreamEndCapture", api.cuStreamEndCapture);
  need("cuEventCreate", api.cuEventCreate);
  need("cuEventDestroy_v2", api.cuEventDestroy);
  need("cuEventRecord", api.cuEventRecord);
  need("cuEventElapsedTime", api.cuEventElapsedTime);
  need("cuGraphDestroy", api.cuGraphDestroy);
  need("cuGraphInstantiateWithFlags", api.cuGraphInstantiateWithFlags);
  need("cuGraphExecDestroy", api.cuGraphExecDestroy);
  need("cuGraphUpload", api.cuGraphUpload);
  need("cuGraphLaunch", api.cuGraphLaunch);
  resolve(library, "cuFuncGetParamInfo", api.cuFuncGetParamInfo);
  return missing;
}

std::string name_of(const DriverApi& api, CUresult result) {
  const char* text = nullptr;
  if (api.cuGetErrorName(result, &text) == cuda::kSuccess && text != nullptr) return text;
  return "CUDA_ERROR_" + std::to_string(result);
}

std::string words_of(const DriverApi& api, CUresult result) {
  const char* text = nullptr;
  if (api.cuGetErrorString(result, &text) == cuda::kSuccess && text != nullptr) return text;
  return "unknown error " + std::to_string(result);
}

// After these every later call in this process fails (CUDA driver API, CUresult).
bool is_sticky(CUresult result) {
  switch (result) {
    case cuda::kErrorEccUncorrectable:
    case cuda::kErrorNvlinkUncorrectable:
    case cuda::kErrorIllegalAddress:
    case cuda::kErrorLaunchTimeout:
    case cuda::kErrorContextIsDestroyed:
    case cuda::kErrorAssert:
    case cuda::kErrorHardwareStack:
    case cuda::kErrorIllegalInstruction:
    case cuda::kErrorMisalignedAddress:
    case cuda::kErrorInvalidAddressSpace:
    case cuda::kErrorInvalidPc:
    case cuda::kErrorLaunchFailed:
    case cuda::kErrorUnknown:
      return true;
    default:
      return false;
  }
}

std::string place(const char* file, int line) {
  const char* slash = std::strrchr(file, '/');
  return std::string(slash == nullptr ? file : slash + 1) + ":" + std::to_string(line);
}

std::string cuda_version(int version) {
  return "CUDA " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace

std::variant<std::shared_ptr<CudaDriver>, CudaUnavailable> CudaDriver::load() {
  void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return CudaUnavailable{"no NVIDIA driver found: libcuda.so.1 does not load", kInstallDriver};
  }
  auto driver = std::make_shared<CudaDriver>();
  if (const char* missing = resolve_all(library, driver->api_)) {
    return CudaUnavailable{std::string("the NVIDIA driver is too old: it lacks ") + missing, kInstallDriver};
  }
  const CUresult started = driver->api_.cuInit(0);
  if (started == cuda::kErrorNoDevice) {
    return CudaUnavailable{
        "the NVIDIA driver finds no GPU",
        "check nvidia-smi and CUDA_VISIBLE_DEVICES, or in a container pass the GPU through (--gpus all)"};
  }
  if (started != cuda::kSuccess) {
    return CudaUnavailable{"the NVIDIA driver does not start: cuInit: " + words_of(driver->api_, started) +
                               " (" + name_of(driver->api_, started) + ")",
                           "check nvidia-smi, reload the driver or restart the machine"};
  }
  driver->nvml_ = Nvml::load();
  return driver;
}

std::string CudaDriver::version() const {
  int version = 0;
  GQS_CUDA(*this, cuDriverGetVersion, &version);
  const std::string package = nvml_ ? nvml_->driver_version() : "";
  return package.empty() ? cuda_version(version) : package + " (" + cuda_version(version) + ")";
}

void CudaDriver::check(CUresult result, const char* call, const char* file, int line) const {
  if (result == cuda::kSuccess) return;
  throw DeviceError({call, name_of(api_, result), words_of(api_, result), is_sticky(result)},
                    place(file, line));
}

}  // namespace gqs
