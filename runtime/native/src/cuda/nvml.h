// Clocks and the driver's version, from NVML where it is installed.
#pragma once

#include <memory>
#include <string>

#include "device.h"

namespace gqs {

class Nvml {
 public:
  // Null where libnvidia-ml.so.1 is absent or does not start.
  static std::unique_ptr<Nvml> load();
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  // "570.86.15"; empty when NVML does not say.
  std::string driver_version() const;
  // What NVML does not say is absent. bus_id: "0000:18:00.0".
  Clocks clocks(const std::string& bus_id) const;

 private:
  using Handle = struct NvmlDevice*;

  Nvml() = default;

  int (*init_)() = nullptr;
  int (*shutdown_)() = nullptr;
  int (*system_driver_version_)(char* version, unsigned length) = nullptr;
  int (*handle_by_bus_id_)(const char* bus_id, Handle* handle) = nullptr;
  int (*clock_info_)(Handle handle, int type, unsigned* mhz) = nullptr;
  int (*throttle_reasons_)(Handle handle, unsigned long long* reasons) = nullptr;  // may be absent
};

}  // namespace gqs
