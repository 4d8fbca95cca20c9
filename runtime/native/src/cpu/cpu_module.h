// Compiled kernels of a CPU device: shared objects.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cpu/thread_pool.h"
#include "device.h"

namespace gqs {

class CpuModule final : public Module, public std::enable_shared_from_this<CpuModule> {
 public:
  // Throws DeviceError BAD_FILE with the loader's words.
  explicit CpuModule(const std::string& path);
  std::shared_ptr<Kernel> kernel(const std::string& symbol) override;

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  std::string path_;
  std::unique_ptr<void, Close> handle_;
};

class CpuKernel final : public Kernel {
 public:
  CpuKernel(std::shared_ptr<CpuModule> module, CpuKernelFunction function,
            std::optional<std::string> signature);

  CpuKernelFunction function() const { return function_; }
  KernelAttributes attributes() const override { return {0, 0, 0, 1}; }
  int max_ctas_per_sm(uint32_t, uint32_t) override { return 1; }
  const std::optional<std::string>& signature() const override { return signature_; }

 private:
  std::shared_ptr<CpuModule> module_;  // keeps the code in memory
  CpuKernelFunction function_;
  std::optional<std::string> signature_;
};

}  // namespace gqs
