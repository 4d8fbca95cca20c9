// Captured launches of a GPU.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "cuda/context.h"
#include "cuda/cuda_stream.h"
#include "device.h"

namespace gqs {

class CudaGraph final : public Graph {
 public:
  CudaGraph(std::shared_ptr<CudaContext> context, std::vector<Launch> launches);
  ~CudaGraph() override;

  void replay(uint32_t count) override;
  std::vector<double> time(uint32_t samples) override;

 private:
  void launch();
  void time_some(uint32_t samples, std::vector<double>& milliseconds);

  std::shared_ptr<CudaContext> context_;
  std::vector<Launch> launches_;  // keeps kernels and buffers
  StreamHandle stream_;
  cuda::CUgraphExec executable_ = nullptr;
  std::mutex turn_;  // an executable graph runs once at a time
};

}  // namespace gqs
