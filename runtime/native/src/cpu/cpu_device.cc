#include "cpu/cpu_device.h"

#include <utility>

#include "cpu/bandwidth.h"
#include "cpu/cpu_graph.h"
#include "cpu/cpu_memory.h"
#include "cpu/cpu_module.h"
#include "cpu/cpu_stream.h"

namespace gqs {
namespace {

// Pinning is right when each thread has a core of its own; otherwise the system knows better.
std::vector<int> pinning(const CpuInfo& info, uint32_t threads) {
  return info.cores == info.cpus.size() && threads <= info.cores ? info.cpus : std::vector<int>{};
}

}  // namespace

CpuDevice::CpuDevice(const CpuInfo& info, uint32_t threads)
    : llc_bytes_(info.llc_bytes),
      memory_bytes_(info.memory_bytes),
      pool_(threads == 0 ? info.cores : threads, pinning(info, threads == 0 ? info.cores : threads)) {}

std::shared_ptr<Buffer> CpuDevice::allocate(size_t bytes) {
  return std::make_shared<CpuBuffer>(bytes, queue_.state());
}

std::shared_ptr<Module> CpuDevice::load_module(const std::string& path) {
  return std::make_shared<CpuModule>(path);
}

std::shared_ptr<Stream> CpuDevice::create_stream() { return std::make_shared<CpuStream>(shared_from_this()); }

std::shared_ptr<Event> CpuDevice::create_event() { return std::make_shared<CpuEvent>(); }

std::shared_ptr<Graph> CpuDevice::create_graph(std::vector<Launch> launches) {
  return std::make_shared<CpuGraph>(shared_from_this(), std::move(launches));
}

double CpuDevice::measure_bandwidth() { return measure_read_bandwidth(pool_, llc_bytes_, memory_bytes_); }

}  // namespace gqs
