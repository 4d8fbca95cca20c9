#include "binding/init_devices.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "binding/addon_state.h"
#include "binding/device_wrap.h"
#include "binding/js_arguments.h"
#include "binding/js_error.h"
#include "binding/wraps.h"
#include "cpu/cpu_device.h"
#include "cpu/cpu_info.h"
#include "cuda/cuda_device.h"

namespace gqs {
namespace {

constexpr uint64_t kMostCpuThreads = 1024;

Napi::Value set_error_class(const Napi::CallbackInfo& info) {
  AddonState::of(info.Env()).error_class = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value describe_cpu_js(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, "describeCpu", [&]() -> Napi::Value {
    const CpuInfo cpu = describe_cpu();
    Napi::Array isas = Napi::Array::New(env);
    for (uint32_t i = 0; i < cpu.isas.size(); ++i) isas.Set(i, cpu.isas[i]);
    Napi::Object result = Napi::Object::New(env);
    result.Set("name", cpu.name);
    result.Set("isas", isas);
    result.Set("cores", cpu.cores);
    result.Set("l2Bytes", static_cast<double>(cpu.l2_bytes));
    result.Set("llcBytes", static_cast<double>(cpu.llc_bytes));
    result.Set("memoryBytes", static_cast<double>(cpu.memory_bytes));
    return result;
  });
}

// openCpu(threads): 0 takes one for each core.
Napi::Value open_cpu(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "openDevice", [&]() -> Napi::Value {
    const auto threads =
        static_cast<uint32_t>(whole_number("openDevice", "threads", info[0], 0, kMostCpuThreads));
    return DeviceWrap::create(info.Env(), std::make_shared<CpuDevice>(describe_cpu(), threads));
  });
}

// Loads the driver on first use; what is missing may be installed later, so its absence is not remembered.
std::variant<std::shared_ptr<CudaDriver>, CudaUnavailable> cuda_driver(AddonState& state) {
  if (state.cuda) return state.cuda;
  auto loaded = CudaDriver::load();
  if (const auto* driver = std::get_if<std::shared_ptr<CudaDriver>>(&loaded)) state.cuda = *driver;
  return loaded;
}

Napi::Object js_gpu(Napi::Env env, const GpuInfo& gpu) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("name", gpu.name);
  result.Set("computeCapability", gpu.compute_capability);
  result.Set("smCount", gpu.sm_count);
  result.Set("l2Bytes", gpu.l2_bytes);
  result.Set("sharedPerCta", gpu.shared_per_cta);
  result.Set("sharedPerSm", gpu.shared_per_sm);
  result.Set("registersPerSm", gpu.registers_per_sm);
  result.Set("threadsPerSm", gpu.threads_per_sm);
  result.Set("memoryBytes", static_cast<double>(gpu.memory_bytes));
  return result;
}

// { devices, driver } or { devices: [], problem, remedy }
Napi::Value describe_cuda_js(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, "describeCuda", [&]() -> Napi::Value {
    Napi::Object result = Napi::Object::New(env);
    Napi::Array devices = Napi::Array::New(env);
    result.Set("devices", devices);
    const auto loaded = cuda_driver(AddonState::of(env));
    if (const auto* missing = std::get_if<CudaUnavailable>(&loaded)) {
      result.Set("problem", missing->problem);
      result.Set("remedy", missing->remedy);
      return result;
    }
    const CudaDriver& driver = *std::get<std::shared_ptr<CudaDriver>>(loaded);
    std::vector<GpuInfo> gpus;
    try {
      const int count = gpu_count(driver);
      for (int i = 0; i < count; ++i) gpus.push_back(describe_gpu(driver, i));
      result.Set("driver", driver.version());
    } catch (const DeviceError& error) {
      // A GPU that is broken must not take the CPU device with it.
      result.Set("problem", std::string("the NVIDIA driver does not describe its GPUs: ") + error.what());
      result.Set("remedy", "check nvidia-smi, reload the driver or restart the machine");
      return result;
    }
    for (uint32_t i = 0; i < gpus.size(); ++i) devices.Set(i, js_gpu(env, gpus[i]));
    return result;
  });
}

Napi::Value open_cuda(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "openDevice";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const auto loaded = cuda_driver(AddonState::of(info.Env()));
    if (const auto* missing = std::get_if<CudaUnavailable>(&loaded)) {
      fail(kNoDevice, kCall, missing->problem + "; remedy: " + missing->remedy);
    }
    const auto& driver = std::get<std::shared_ptr<CudaDriver>>(loaded);
    const auto index = static_cast<int>(whole_number(kCall, "index", info[0], 0, 1023));
    return DeviceWrap::create(info.Env(), std::make_shared<CudaDevice>(driver, index));
  });
}

}  // namespace
}  // namespace gqs

void InitDevices(Napi::Env env, Napi::Object exports) {
  gqs::DeviceWrap::define(env);
  gqs::BufferWrap::define(env);
  gqs::ModuleWrap::define(env);
  gqs::KernelWrap::define(env);
  gqs::StreamWrap::define(env);
  gqs::EventWrap::define(env);
  gqs::GraphWrap::define(env);
  exports.Set("setErrorClass", Napi::Function::New(env, gqs::set_error_class, "setErrorClass"));
  exports.Set("describeCpu", Napi::Function::New(env, gqs::describe_cpu_js, "describeCpu"));
  exports.Set("openCpu", Napi::Function::New(env, gqs::open_cpu, "openCpu"));
  exports.Set("describeCuda", Napi::Function::New(env, gqs::describe_cuda_js, "describeCuda"));
  exports.Set("openCuda", Napi::Function::New(env, gqs::open_cuda, "openCuda"));
}
