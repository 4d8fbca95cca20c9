// A GPU as a device.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cuda/context.h"
#include "device.h"

namespace gqs {

class CudaDevice final : public Device {
 public:
  CudaDevice(std::shared_ptr<CudaDriver> driver, int index);

  std::shared_ptr<Buffer> allocate(size_t bytes) override;
  std::shared_ptr<Module> load_module(const std::string& path) override;
  std::shared_ptr<Stream> create_stream() override;
  std::shared_ptr<Event> create_event() override;
  std::shared_ptr<Graph> create_graph(std::vector<Launch> launches) override;
  void synchronize() override;
  Clocks clocks() override;
  double measure_bandwidth() override;

 private:
  std::shared_ptr<CudaContext> context_;
};

}  // namespace gqs
