// Compiled kernels of a GPU: cubin, fatbin or PTX.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cuda/context.h"
#include "device.h"

namespace gqs {

class CudaModule final : public Module, public std::enable_shared_from_this<CudaModule> {
 public:
  CudaModule(std::shared_ptr<CudaContext> context, const std::string& path);
  ~CudaModule() override;

  std::shared_ptr<Kernel> kernel(const std::string& symbol) override;
  const std::shared_ptr<CudaContext>& context() const { return context_; }

 private:
  std::shared_ptr<CudaContext> context_;
  cuda::CUmodule handle_ = nullptr;
};

class CudaKernel final : public Kernel {
 public:
  CudaKernel(std::shared_ptr<CudaModule> module, cuda::CUfunction function);

  cuda::CUfunction function() const { return function_; }
  KernelAttributes attributes() const override { return attributes_; }
  int max_ctas_per_sm(uint32_t threads, uint32_t shared_bytes) override;
  const std::optional<std::string>& signature() const override { return signature_; }

  // Opts in to that much dynamic shared memory. Throws DeviceError INVALID_ARGUMENT beyond what a CTA can
  // have.
  void allow_shared(uint32_t bytes);

 private:
  // Most dynamic shared memory that a CTA of this kernel can have.
  uint32_t shared_limit() const;

  std::shared_ptr<CudaModule> module_;
  cuda::CUfunction function_;
  KernelAttributes attributes_;
  std::optional<std::string> signature_;
  std::mutex mutex_;
  uint32_t allowed_shared_ = 0;
};

}  // namespace gqs
