#include "cuda/cuda_device.h"

#include <algorithm>
#include <utility>

#include "cuda/cuda_buffer.h"
#include "cuda/cuda_graph.h"
#include "cuda/cuda_module.h"
#include "cuda/cuda_stream.h"

namespace gqs {
namespace {

constexpr size_t kCopyBytes = size_t{1} << 30;
constexpr int kCopies = 20;

}  // namespace

CudaDevice::CudaDevice(std::shared_ptr<CudaDriver> driver, int index)
    : context_(std::make_shared<CudaContext>(std::move(driver), index)) {}

std::shared_ptr<Buffer> CudaDevice::allocate(size_t bytes) {
  return std::make_shared<CudaBuffer>(context_, bytes);
}

std::shared_ptr<Module> CudaDevice::load_module(const std::string& path) {
  return std::make_shared<CudaModule>(context_, path);
}

std::shared_ptr<Stream> CudaDevice::create_stream() { return std::make_shared<CudaStream>(context_); }

std::shared_ptr<Event> CudaDevice::create_event() { return std::make_shared<CudaEvent>(context_); }

std::shared_ptr<Graph> CudaDevice::create_graph(std::vector<Launch> launches) {
  return std::make_shared<CudaGraph>(context_, std::move(launches));
}

void CudaDevice::synchronize() {
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuCtxSynchronize);
}

Clocks CudaDevice::clocks() {
  const Nvml* nvml = context_->driver().nvml();
  return nvml == nullptr ? Clocks{} : nvml->clocks(context_->info().bus_id);
}

double CudaDevice::measure_bandwidth() {
  const CurrentContext current(*context_);
  const CudaDriver& driver = context_->driver();
  size_t available = 0;
  size_t total = 0;
  GQS_CUDA(driver, cuMemGetInfo, &available, &total);
  const size_t bytes = std::min(kCopyBytes, available / 4 / 4096 * 4096);
  const CudaBuffer source(context_, bytes);
  const CudaBuffer target(context_, bytes);
  const StreamHandle stream(context_, cuda::kStreamDefault);
  CudaEvent start(context_);
  CudaEvent end(context_);
  double best = 0;
  for (int i = 0; i < kCopies; ++i) {
    start.record(stream.get());
    GQS_CUDA(driver, cuMemcpyDtoDAsync, target.address(), source.address(), bytes, stream.get());
    end.record(stream.get());
    GQS_CUDA(driver, cuStreamSynchronize, stream.get());
    best = std::max(best, 2.0 * static_cast<double>(bytes) / (end.elapsed_ms(start) * 1e-3));
  }
  return best;
}

}  // namespace gqs
