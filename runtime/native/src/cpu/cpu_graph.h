// A recorded list of launches on a CPU.
#pragma once

#include <memory>
#include <vector>

#include "cpu/cpu_device.h"
#include "packed_arguments.h"

namespace gqs {

class CpuGraph final : public Graph {
 public:
  CpuGraph(std::shared_ptr<CpuDevice> device, std::vector<Launch> launches);

  void replay(uint32_t count) override;
  std::vector<double> time(uint32_t samples) override;

 private:
  std::shared_ptr<CpuDevice> device_;
  std::vector<Launch> launches_;  // keeps kernels and buffers
  std::vector<PackedArguments> arguments_;
  std::vector<CpuLaunch> program_;
};

// What the pool runs for a launch whose arguments are packed.
CpuLaunch cpu_launch(const Launch& launch, const PackedArguments& arguments);

}  // namespace gqs
