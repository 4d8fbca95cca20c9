#include "cuda/nvml.h"

#include <dlfcn.h>

namespace gqs {
namespace {

// nvml.h
constexpr int kSuccess = 0;
constexpr int kClockSm = 1;
constexpr int kClockMemory = 2;

struct Reason {
  unsigned long long bit;
  const char* name;
};

// nvmlClocksEventReasons; idle (0x1) holds nothing down.
constexpr Reason kReasons[] = {
    {0x2, "applications_clocks_setting"},
    {0x4, "sw_power_cap"},
    {0x8, "hw_slowdown"},
    {0x10, "sync_boost"},
    {0x20, "sw_thermal_slowdown"},
    {0x40, "hw_thermal_slowdown"},
    {0x80, "hw_power_brake_slowdown"},
    {0x100, "display_clock_setting"},
};

template <typename Function>
bool resolve(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

std::string names_of(unsigned long long reasons) {
  std::string names;
  for (const Reason& reason : kReasons) {
    if ((reasons & reason.bit) == 0) continue;
    if (!names.empty()) names += ",";
    names += reason.name;
  }
  return names;
}

}  // namespace

std::unique_ptr<Nvml> Nvml::load() {
  void* library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);  // stays loaded, as the driver does
  if (library == nullptr) return nullptr;
  std::unique_ptr<Nvml> nvml(new Nvml());
  int (*shutdown)() = nullptr;
  const bool complete = resolve(library, "nvmlInit_v2", nvml->init_) &&
                        resolve(library, "nvmlShutdown", shutdown) &&
                        resolve(library, "nvmlSystemGetDriverVersion", nvml->system_driver_version_) &&
                        resolve(library, "nvmlDeviceGetHandleByPciBusId_v2", nvml->handle_by_bus_id_) &&
                        resolve(library, "nvmlDeviceGetClockInfo", nvml->clock_info_);
  if (!complete || nvml->init_() != kSuccess) return nullptr;
  nvml->shutdown_ = shutdown;  // from here on there is something to shut down
  resolve(library, "nvmlDeviceGetCurrentClocksThrottleReasons", nvml->throttle_reasons_);
  return nvml;
}

Nvml::~Nvml() {
  if (shutdown_ != nullptr) shutdown_();
}

std::string Nvml::driver_version() const {
  char version[96] = "";
  return system_driver_version_(version, sizeof(version)) == kSuccess ? version : "";
}

Clocks Nvml::clocks(const std::string& bus_id) const {
  Clocks clocks;
  Handle handle = nullptr;
  if (handle_by_bus_id_(bus_id.c_str(), &handle) != kSuccess) return clocks;
  unsigned mhz = 0;
  if (clock_info_(handle, kClockSm, &mhz) == kSuccess) clocks.sm_mhz = mhz;
  if (clock_info_(handle, kClockMemory, &mhz) == kSuccess) clocks.memory_mhz = mhz;
  unsigned long long reasons = 0;
  if (throttle_reasons_ != nullptr && throttle_reasons_(handle, &reasons) == kSuccess) {
    std::string names = names_of(reasons);
    if (!names.empty()) clocks.throttle = std::move(names);
  }
  return clocks;
}

}  // namespace gqs
