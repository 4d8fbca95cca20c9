#include "cpu/cpu_graph.h"

#include <utility>

#include "cpu/cpu_module.h"

namespace gqs {

CpuLaunch cpu_launch(const Launch& launch, const PackedArguments& arguments) {
  const auto& kernel = static_cast<const CpuKernel&>(*launch.kernel);
  return {kernel.function(), arguments.data(), launch.grid};
}

CpuGraph::CpuGraph(std::shared_ptr<CpuDevice> device, std::vector<Launch> launches)
    : device_(std::move(device)), launches_(std::move(launches)) {
  arguments_.reserve(launches_.size());
  program_.reserve(launches_.size());
  for (const Launch& launch : launches_) {
    arguments_.emplace_back(launch.args);
    program_.push_back(cpu_launch(launch, arguments_.back()));
  }
}

void CpuGraph::replay(uint32_t count) { device_->pool().run(program_, count); }

std::vector<double> CpuGraph::time(uint32_t samples) {
  // The end of the untimed replay is where the first sample starts.
  std::vector<int64_t> stamps(static_cast<size_t>(samples) + 1);
  device_->pool().run(program_, samples + 1, stamps);
  std::vector<double> milliseconds(samples);
  for (uint32_t i = 0; i < samples; ++i) {
    milliseconds[i] = static_cast<double>(stamps[i + 1] - stamps[i]) * 1e-6;
  }
  return milliseconds;
}

}  // namespace gqs
